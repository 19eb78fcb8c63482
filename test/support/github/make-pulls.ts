import { ODD_BODIES, ODD_TITLES } from '../forge/odd-texts.ts';
import type { Random } from '../forge/random.ts';
import { type PullRequest, type Review, timeOf } from './world.ts';

/** Logins that write pull requests and reviews; null is a deleted user. */
const PEOPLE = ['alice', 'bob-99', 'Carol', 'dave--x', 'sync-user', null];

const TITLES = ['Fix the parser', 'feat(api)!: drop v1', ...ODD_TITLES, 'Ünïcödé — „quotes“ ’n’ ‹more›', 'x'.repeat(256)];

const BODIES = [
  null,
  ...ODD_BODIES,
  '```json\n{"a": [1, 2, {"b": null}]}\n```\n| a | b |\n|---|---|\n',
  'Closes #12, see https://example.org/?a=b&c=d#e\n\nCo-authored-by: Someone <some@example.org>',
];

export interface PullsOptions {
  random: Random;
  count: number;
  /** `owner/name` of the repository they are in. */
  fullName: string;
  /** Commits they may name. */
  hashes: readonly string[];
  defaultBranch: string;
  /** Gives ids nobody else has. */
  nextId: () => number;
  /** Some are a bot's. */
  bots: boolean;
}

/** Ids of reviews have outgrown GraphQL's Int. */
const BEYOND_32_BITS = 3_000_000_000;
const DAY = 86_400_000;
const START = Date.UTC(2023, 0, 1);

/** Pull requests of every kind, with numbers that have gaps (issues share them). */
export function makePulls(options: PullsOptions): PullRequest[] {
  const { random, count } = options;
  const pulls: PullRequest[] = [];
  let number = 0;
  for (let index = 0; index < count; index++) {
    number += random.chance(0.2) ? random.between(2, 4) : 1;
    pulls.push(makePull(options, number, index));
  }
  return pulls;
}

function makePull({ random, fullName, hashes, defaultBranch, nextId, bots }: PullsOptions, number: number, index: number): PullRequest {
  const id = nextId();
  const created = START + number * DAY + random.between(0, DAY / 1_000 - 1) * 1_000;
  const state = (['open', 'closed', 'merged', 'merged', 'merged'] as const)[index % 5] ?? 'open';
  const author = bots && index % 9 === 4 ? 'dependabot[bot]' : random.pick(PEOPLE);
  const reviews = makeReviews(random, reviewCount(random, index), created, () => nextId() + (index % 5 === 3 ? BEYOND_32_BITS : 0));
  const comments = random.chance(0.4) ? 0 : random.between(1, 8);
  const ended = state === 'open' ? null : timeOf(created + random.between(1, 20) * DAY);
  const latest = [...reviews.flatMap(({ submittedAt }) => submittedAt ?? []), ended ?? ''].toSorted().at(-1) || timeOf(created);
  return {
    id,
    nodeId: `PR_${id}`,
    number,
    title: index < TITLES.length ? (TITLES[index] as string) : `${random.pick(TITLES).slice(0, 200)} ${number}`,
    body: index < BODIES.length ? (BODIES[index] as string | null) : random.pick(BODIES),
    state,
    draft: state === 'open' && random.chance(0.4),
    author,
    headRepository: random.chance(0.3) ? null : random.chance(0.3) ? `${author ?? 'someone'}/fork-of-${fullName.split('/')[1]}` : fullName,
    headRef: random.pick(['patch-1', `feature/${number}-ünïcode`, `dependabot/npm_and_yarn/@types/node-${number}.0.0`, defaultBranch]),
    headOid: random.pick(hashes),
    baseRef: random.chance(0.8) ? defaultBranch : 'release/1.x',
    baseOid: hashes[0] ?? '',
    mergeCommit: state === 'merged' ? random.pick(hashes) : null,
    additions: random.between(0, 5_000),
    deletions: random.between(0, 3_000),
    changedFiles: random.between(0, 120),
    createdAt: timeOf(created),
    // Many share a second, as after a change to all of them.
    updatedAt: index % 6 === 5 ? '2024-06-01T00:00:00Z' : timeOf(Math.max(Date.parse(latest), created) + random.between(0, 40) * DAY),
    mergedAt: state === 'merged' ? ended : null,
    closedAt: ended,
    reviews,
    comments: { count: comments, firstAt: comments === 0 ? null : timeOf(created + random.between(60, 40_000) * 1_000) },
    reviewComments: reviews.some((review) => review.state !== 'PENDING') ? random.between(0, 9) : 0,
  };
}

/** On both sides of the pages that a client may ask for, then few. */
function reviewCount(random: Random, index: number): number {
  const edges: Record<number, number> = { 1: 50, 2: 51, 3: 130, 13: 100, 14: 101 };
  return edges[index] ?? (random.chance(0.35) ? 0 : random.between(1, 5));
}

function makeReviews(random: Random, count: number, created: number, nextId: () => number): Review[] {
  return Array.from({ length: count }, () => {
    const id = nextId();
    const state = random.pick(['APPROVED', 'APPROVED', 'CHANGES_REQUESTED', 'COMMENTED', 'COMMENTED', 'DISMISSED', 'PENDING'] as const);
    // Who begins a review first needn't submit it first: the order of ids isn't the order of times.
    const submittedAt = state === 'PENDING' ? null : timeOf(created + random.between(60, 20 * 86_400) * 1_000);
    return { id, nodeId: `PRR_${id}`, author: random.pick(PEOPLE), state, submittedAt };
  });
}
