import { gitProgram } from '../../../src/config.ts';
import { gitLabSource } from '../../../src/providers/gitlab/source.ts';
import type { ReviewRecord } from '../../../src/schema/git-pull-request-reviews.ts';
import type { PullRequestRecord } from '../../../src/schema/git-pull-requests.ts';
import type { SqliteTestDatabase } from '../../stores/sqlite-database.ts';
import { recordOf } from '../../stores/sqlite-database.ts';
import { expectedGitLabRows, type Selection } from '../../support/gitlab/expected.ts';
import type { GitLab } from '../../support/gitlab/server.ts';
import { GHOST } from '../../support/gitlab/world.ts';

/** The source as a worker has it, with one connection. */
export const sourceWith = (gitlab: GitLab, token: string, git?: { username: string; password: string }) =>
  gitLabSource(() => ({ url: gitlab.url, token, variable: 'GITLAB_TOKEN', ...(git && { git }) }), { program: gitProgram, cacheBytes: 1e12 });

const noGhost = (name: string | null) => (name === GHOST ? null : name);

/** What tables should hold: deleted users are nobody, and an empty description is none. */
export function expectedRows(gitlab: GitLab, selection: Selection): { requests: PullRequestRecord[]; reviews: ReviewRecord[] } {
  const { mergeRequests, approvals } = expectedGitLabRows(gitlab.world, { url: gitlab.url, ...selection });
  return {
    requests: mergeRequests.map((row) => ({
      ...row,
      title: row.title.replaceAll('\0', ''),
      body: row.body?.replaceAll('\0', '') || null,
      authorName: noGhost(row.authorName),
    })),
    reviews: approvals.map((row) => ({ ...row, reviewer: noGhost(row.reviewer) })),
  };
}

type Queried = Pick<SqliteTestDatabase, 'query'>;

const withoutTime = (rows: ReturnType<Queried['query']>) => rows.map(({ last_synced, ...row }) => recordOf(row));

/** What they hold. */
export const storedRequests = (database: Queried) => withoutTime(database.query('select * from git_pull_requests')) as PullRequestRecord[];
export const storedReviews = (database: Queried) =>
  withoutTime(database.query('select * from git_pull_request_reviews order by cast(review_id as integer)')) as ReviewRecord[];

type Keyed = { repoId: string; number: number };
export const byKey = <Row extends Keyed>(rows: readonly Row[]): Row[] =>
  rows.toSorted((a, b) => (a.repoId === b.repoId ? a.number - b.number : a.repoId < b.repoId ? -1 : 1));
