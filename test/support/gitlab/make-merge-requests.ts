import { ODD_BODIES, ODD_TITLES } from '../forge/odd-texts.ts';
import type { Random } from '../forge/random.ts';
import type { History } from './history.ts';
import { type Approval, type MergeRequest, type Note, timeOf } from './world.ts';

const TITLES = ['Fix the parser', 'Resolve "Ünïcödé — „quotes“ ’n’ ‹more›"', ...ODD_TITLES, 'x'.repeat(255)];

const BODIES = [null, '', ...ODD_BODIES, 'Closes #12, see !3 and https://example.org/?a=b&c=d#e\n\n/label ~bug'];

export interface MergeRequestsOptions {
  random: Random;
  count: number;
  projectId: number;
  history: History;
  defaultBranch: string;
  /** Gives ids nobody else has. */
  nextId: () => number;
  /** Who writes and approves; the ghost is one of them. */
  people: readonly number[];
}

const DAY = 86_400_000;
const START = Date.UTC(2023, 0, 1);
const STATES = ['opened', 'closed', 'merged', 'merged', 'merged'] as const;
/** Many merge requests are updated at the same time when something happens to all of them. */
const ALL_AT_ONCE = timeOf(Date.UTC(2024, 5, 1), 250);

/** Merge requests of every kind, with numbers that have gaps (deleted ones keep theirs). */
export function makeMergeRequests(options: MergeRequestsOptions): MergeRequest[] {
  const requests: MergeRequest[] = [];
  let iid = 0;
  for (let index = 0; index < options.count; index++) {
    iid += options.random.chance(0.2) ? options.random.between(2, 4) : 1;
    requests.push(makeMergeRequest(options, iid, index));
  }
  return requests;
}

function makeMergeRequest(options: MergeRequestsOptions, iid: number, index: number): MergeRequest {
  const { random, projectId, history, defaultBranch, nextId, people } = options;
  const id = nextId();
  const created = START + iid * DAY + random.between(0, DAY - 1);
  const state = index === 15 ? 'locked' : (STATES[index % STATES.length] ?? 'opened');
  const change = random.pick(history.changes.filter(({ landed }) => landed === (state === 'merged')));
  const ended = state === 'merged' || state === 'closed' ? timeOf(created + random.between(1, 20) * DAY, random.between(0, 999)) : null;
  const closedToo = state === 'merged' && index % 13 === 7;
  const person = () => random.pick(people);
  const approvals = makeApprovals(random, index, created, people);
  const notes = makeNotes(options, id, index, created, approvals);
  const latest =
    [timeOf(created), ended ?? '', ...approvals.map(({ approvedAt }) => approvedAt), ...notes.map(({ createdAt }) => createdAt)].toSorted().at(-1) ?? '';
  return {
    id,
    iid,
    title: index < TITLES.length ? (TITLES[index] as string) : `${random.pick(TITLES).slice(0, 200)} ${iid}`,
    description: index < BODIES.length ? (BODIES[index] as string | null) : random.pick(BODIES),
    state,
    draft: state === 'opened' && random.chance(0.4),
    authorId: index % 19 === 11 ? null : person(),
    sourceProjectId: index % 7 === 5 ? null : projectId,
    sourceBranch: random.pick(['patch-1', `feature/${iid}-ünïcode`, `renovate/@types/node-${iid}.x`, `${iid}-fix-it`]),
    targetBranch: random.chance(0.8) ? defaultBranch : 'release/1.x',
    diff: index === 20 ? null : { base: change.base, start: change.base, head: change.head },
    squash: state === 'merged' && change.squash !== null,
    mergeCommit: state === 'merged' ? change.merge : null,
    squashCommit: state === 'merged' ? change.squash : null,
    createdAt: timeOf(created, random.between(0, 999)),
    updatedAt: index % 6 === 5 ? ALL_AT_ONCE : later(latest, random.between(0, 40) * DAY),
    mergedAt: state === 'merged' ? ended : null,
    mergedById: state === 'merged' ? person() : null,
    closedAt: state === 'closed' ? ended : closedToo ? timeOf(created + DAY / 2) : null,
    closedById: state === 'closed' || closedToo ? person() : null,
    approvals,
    notes,
  };
}

const later = (time: string, milliseconds: number) => timeOf(Date.parse(time) + milliseconds, Number(time.slice(23, 26)));

/** None, some, all; one each. */
function makeApprovals(random: Random, index: number, created: number, people: readonly number[]): Approval[] {
  const count = index % 8 === 3 ? people.length : random.chance(0.4) ? 0 : random.between(1, 3);
  const first = random.between(0, people.length - 1);
  return Array.from({ length: count }, (_, place) => ({
    userId: people[(first + place) % people.length] as number,
    approvedAt: timeOf(created + random.between(60_000, 20 * DAY), random.between(0, 999)),
  }));
}

/** Comments on both sides of the pages that a client may ask for, and what GitLab writes itself among them. */
function makeNotes({ random, people, nextId }: MergeRequestsOptions, request: number, index: number, created: number, approvals: readonly Approval[]): Note[] {
  const edges: Record<number, number> = { 1: 20, 2: 21, 3: 100, 4: 101 };
  const count = edges[index] ?? (random.chance(0.4) ? 0 : random.between(1, 5));
  const at = () => timeOf(created + random.between(1_000, 20 * DAY), random.between(0, 999));
  const note = (body: string, authorId: number | null, more: Partial<Note>): Note => {
    return { id: nextId(), type: null, authorId, body, system: false, internal: false, createdAt: at(), ...more };
  };
  const comments = Array.from({ length: count }, (_, place) =>
    note(`Comment ${place} on ${request}`, place % 9 === 8 ? null : random.pick(people), {
      type: random.pick([null, null, 'DiscussionNote', 'DiffNote'] as const),
      internal: place % 11 === 10,
    }),
  );
  const author = random.pick(people);
  const own = [
    note('requested review from @alice', author, { system: true, createdAt: timeOf(created) }),
    ...approvals.map(({ userId, approvedAt }) => note('approved this merge request', userId, { system: true, createdAt: approvedAt })),
  ];
  return [...comments, ...own].toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : a.id - b.id));
}
