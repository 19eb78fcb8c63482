import type { PullRequestRecord } from '../../../src/model/records.ts';
import type { CommitObject } from './commit-object.ts';
import { readCommits, selectCommits } from './commits.ts';
import { byKey, listRefs, type OracleOptions, type Plain, withPlain } from './plain.ts';
import { peelToCommit } from './refs.ts';

/** Rows of git_pull_requests as git alone tells them, sorted by number. */
export async function expectedPullRequests(dir: string, options: OracleOptions): Promise<PullRequestRecord[]> {
  return withPlain(dir, (plain) => {
    const merged = mergedRequests(plain, options);
    const open = openRequests(dir, plain, options).filter(({ number }) => !merged.some((row) => row.number === number));
    return byKey([...merged, ...open], 'number');
  });
}

function request(repoId: string, number: number, state: 'open' | 'merged', title: string): PullRequestRecord {
  // biome-ignore format: as empty as it is
  return {
    repoId, number, title, state, body: null, isDraft: null, authorName: null, authorEmail: null, createdAt: null, updatedAt: null,
    mergedAt: null, closedAt: null, mergeCommitHash: null, headBranch: null, baseBranch: null, additions: null, deletions: null,
    changedFiles: null, firstReviewAt: null, firstCommentAt: null, changesRequestedCount: null, reviewsCount: null, commentsCount: null,
    url: null,
  };
}

/** What a column can hold. */
const isNumber = (number: number) => number >= 1 && number <= 2_147_483_647;

function mergedRequests(plain: Plain, options: OracleOptions): PullRequestRecord[] {
  const winners = new Map<number, [string, CommitObject]>();
  const commits = selectCommits(plain, options);
  for (const merge of commits) {
    const [hash, { message, parents, committer }] = merge;
    const named = /^Merge pull request #(\d+)\b/m.exec(message) ?? /\bSee merge request\b.*!(\d+)\b/.exec(message);
    const number = Number(named?.[1] ?? 0);
    if (parents.length < 2 || !isNumber(number)) continue;
    const [otherHash = '', other] = winners.get(number) ?? [];
    const time = committer.when?.getTime() ?? Number.NEGATIVE_INFINITY;
    const otherTime = other?.committer.when?.getTime() ?? Number.NEGATIVE_INFINITY;
    if (time > otherTime || (time === otherTime && hash > otherHash)) winners.set(number, merge);
  }
  // A shallow clone may lack the second parent.
  const heads = readCommits(plain, new Set([...winners.values()].map(([, { parents }]) => parents[1] ?? '')));
  return [...winners].map(([number, [hash, { message, parents, committer }]]) => {
    const { title, body } = titleAndBody(message);
    const author = heads.get(parents[1] ?? '')?.author;
    return {
      ...request(options.repoId, number, 'merged', title),
      ...branches(message),
      body,
      authorName: author?.name ?? null,
      authorEmail: author?.email ?? null,
      mergedAt: committer.when,
      closedAt: committer.when,
      mergeCommitHash: hash,
    };
  });
}

function titleAndBody(message: string): { title: string; body: string | null } {
  const lines = message.split('\n');
  const noTitle = ['Merge pull request #', 'Merge branch ', 'See merge request'];
  const at = lines.findIndex((line) => line.trim() !== '' && !noTitle.some((start) => line.trim().startsWith(start)));
  if (at < 0) return { title: '', body: null };
  const body = lines
    .slice(at + 1)
    .filter((line) => !line.trim().startsWith('See merge request'))
    .join('\n')
    .trim();
  return { title: lines[at]?.trim() ?? '', body: body === '' ? null : body };
}

function branches(message: string): { headBranch: string | null; baseBranch: string | null } {
  if (/^Merge pull request #\d+\b/m.test(message)) {
    const from = /^Merge pull request #\d+ from [^\s/]+\/(\S+)/m.exec(message);
    return { headBranch: from?.[1] ?? null, baseBranch: null };
  }
  const into = /^Merge branch '(.*)' into '(.*)'/m.exec(message);
  return { headBranch: into?.[1] ?? null, baseBranch: into?.[2] ?? null };
}

function openRequests(dir: string, plain: Plain, { repoId }: OracleOptions): PullRequestRecord[] {
  return listRefs(dir).flatMap(({ fullName, hash }) => {
    const number = Number(/^refs\/(?:pull|merge-requests)\/(\d+)\/head$/.exec(fullName)?.[1] ?? 0);
    const commit = isNumber(number) ? peelToCommit(plain, hash) : null;
    const head = commit === null ? undefined : readCommits(plain, [commit]).get(commit);
    if (head === undefined) return [];
    const title =
      head.message
        .split('\n')
        .map((line) => line.trim())
        .find((line) => line !== '') ?? '';
    return [{ ...request(repoId, number, 'open', title), authorName: head.author.name, authorEmail: head.author.email }];
  });
}
