import type { PullRequestRecord } from '../../../src/schema/git-pull-requests.ts';
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
    const number = readMessage(message)?.number ?? 0;
    if (parents.length < 2 || !isNumber(number)) continue;
    const [otherHash = '', other] = winners.get(number) ?? [];
    const time = committer.when?.getTime() ?? Number.NEGATIVE_INFINITY;
    const otherTime = other?.committer.when?.getTime() ?? Number.NEGATIVE_INFINITY;
    if (time > otherTime || (time === otherTime && hash > otherHash)) winners.set(number, merge);
  }
  // A shallow clone may lack the second parent.
  const heads = readCommits(plain, new Set([...winners.values()].map(([, { parents }]) => parents[1] ?? '')));
  return [...winners].map(([number, [hash, { message, parents, committer }]]) => {
    const { title = '', body = null, headBranch = null, baseBranch = null } = readMessage(message) ?? {};
    const author = heads.get(parents[1] ?? '')?.author;
    return {
      ...request(options.repoId, number, 'merged', title),
      headBranch,
      baseBranch,
      body,
      authorName: author?.name ?? null,
      authorEmail: author?.email ?? null,
      mergedAt: committer.when,
      closedAt: committer.when,
      mergeCommitHash: hash,
    };
  });
}

type Said = Pick<PullRequestRecord, 'number' | 'title' | 'body' | 'headBranch' | 'baseBranch'>;

/** The forms of GitHub, Bitbucket and Azure DevOps begin with their header; the last reference to a merge request makes a message GitLab's. */
function readMessage(message: string): Said | null {
  const text = message.replace(/^(?:[^\S\n]*\n)+/, '');
  const end = text.indexOf('\n');
  const first = (end < 0 ? text : text.slice(0, end)).trimEnd();
  const rest = end < 0 ? '' : text.slice(end + 1);
  const said = (number: string | undefined, content: string, more: Partial<Said> = {}): Said => {
    const [title = '', ...body] = content.trim().split('\n');
    const own = 'title' in more ? content.trim() : body.join('\n').trim();
    return { number: Number(number), title: title.trim(), headBranch: null, baseBranch: null, ...more, body: own === '' ? null : own };
  };
  const bitbucket = /^Merge pull request #(\d+) in \S+ from (\S+) to (\S+)$/.exec(first);
  if (bitbucket !== null) {
    const [, number, head = '', baseBranch = ''] = bitbucket;
    return said(number, rest.replaceAll(/^\* .*:\s*$/gm, ''), { headBranch: head.split(':').at(-1) ?? head, baseBranch });
  }
  const github = /^Merge pull request #(\d+)(?!\w)( from [^\s/]+\/(\S+))?/.exec(first);
  if (github !== null) return said(github[1], rest, { headBranch: github[3] ?? null });
  const azure = /^Merged PR (\d+):(.*)$/.exec(first);
  if (azure !== null) return said(azure[1], rest, { title: azure[2]?.trim() ?? '' });
  const references = [...text.matchAll(/^See merge request \S*!(\d+)\b.*\n?/gm)];
  const last = references.at(-1);
  if (last === undefined) return null;
  const [headBranch = null, baseBranch = null] = /^Merge branch '(\S+)' into '(\S+)'/.exec(first)?.slice(1) ?? [];
  const others = text.slice(0, last.index) + text.slice(last.index + last[0].length);
  return said(last[1], first.startsWith('Merge branch ') ? others.slice(end + 1) : others, { headBranch, baseBranch });
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
