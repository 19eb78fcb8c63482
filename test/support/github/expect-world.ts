import { repositoryId } from '../../../src/providers/identity.ts';
import { query } from '../database.ts';
import { expectGitRows, expectRepositoryRows, expectSame } from '../forge/expect-facts.ts';
import { readRefs } from '../forge/refs.ts';
import { expectedRows, readableRepositories } from './expected.ts';
import { expectedColumns } from './expected-columns.ts';
import type { GitHub } from './server.ts';
import { fullName } from './world.ts';

type Row = Record<string, unknown>;

/** Whose rows are looked at, and what they may read. */
interface Whose {
  owner: string;
  token: string;
}

/** Heads of pull requests stay at GitHub: most of them are forks' branches. */
const LEFT_OUT = /^refs\/pull\//;

/** Fails unless the database in a folder holds exactly what an owner has, in all tables of facts. */
export async function expectWorld(folder: string, server: GitHub, whose: Whose): Promise<void> {
  expectRepositories(folder, server, whose);
  expectPullRequests(folder, server, whose);
  const repositories = readableRepositories(server.world, whose.token, whose.owner);
  await expectGitRows(
    folder,
    repositories.map((repository) => ({ ...repository, name: fullName(repository) })),
    LEFT_OUT,
  );
}

/** Those that can't be read have no row. */
export function expectRepositories(folder: string, { webUrl, world }: GitHub, { owner, token }: Whose): void {
  const { host } = new URL(webUrl);
  const expected = readableRepositories(world, token, owner).map((repository) => {
    const head = readRefs(repository.path).get(`refs/heads/${repository.defaultBranch}`) ?? null;
    return {
      id: repositoryId({ host, name: fullName(repository) }),
      repo: fullName(repository),
      provider: 'github',
      host,
      provider_id: String(repository.id),
      url: `${webUrl}/${fullName(repository)}`,
      ref: head === null ? null : repository.defaultBranch,
      head_hash: head,
      is_fork: Number(repository.fork),
      is_archived: Number(repository.archived),
      created_at: new Date(repository.createdAt).toISOString(),
      removed_at: null,
      tags: repository.topics,
      settings: {
        description: repository.description,
        visibility: repository.private ? 'private' : 'public',
        language: repository.language,
        license: repository.license,
      },
    };
  });
  expectRepositoryRows(folder, expected);
}

export function expectPullRequests(folder: string, { webUrl, world }: GitHub, { owner, token }: Whose): void {
  const { pullRequests, reviews } = expectedRows(world, { webUrl, token, owner });
  const stored = (table: string) =>
    query<Row>(folder, `select repos.repo, ${table}.* from ${table} join repos on repos.id = repo_id`).map(({ repo_id, last_synced, ...row }) => row);
  expectSame(
    stored('git_pull_requests'),
    pullRequests.map((row) => ({ ...expectedColumns(row), author_email: null })),
    ({ repo, number }) => `${repo}#${number}`,
  );
  expectSame(
    stored('git_pull_request_reviews'),
    reviews.map((row) => expectedColumns({ ...row, review_id: String(row.review_id) })),
    ({ repo, number, review_id }) => `${repo}#${number} ${review_id}`,
  );
}
