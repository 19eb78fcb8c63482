import { beforeAll, expect, test } from 'vitest';
import type { Stage } from '../../../src/model/stages.ts';
import { Editor } from '../../providers/github/pull-requests-support.ts';
import { query } from '../../support/database.ts';
import { writeRefs } from '../../support/forge/bare-repositories.ts';
import { readRefs } from '../../support/forge/refs.ts';
import { requestCounts } from '../../support/forge/requests.ts';
import { gitText } from '../../support/git.ts';
import { organisationOf } from '../../support/github/organisation.ts';
import { type Repository, renameRepository } from '../../support/github/world.ts';
import { runSync } from '../../support/sync.ts';
import { lastWrites } from '../../support/tables.ts';
import { tempFolder } from '../../support/temp.ts';

const STAGES: Stage[] = ['commits', 'pull-requests'];
/** Those that GitHub blocks: two. */
const FAILED = 2;

/** What the first sync of all may take. */
const FIRST_SYNC_MS = 900_000;

const parent = tempFolder();
const acme = organisationOf(parent, { repositories: 60, pullRequests: 120 });
let folder: string;
beforeAll(async () => {
  folder = acme().folder('again');
  await sync();
}, FIRST_SYNC_MS);

/** Syncs, and tells what it cost. */
async function sync(owner = 'acme', failed = FAILED): Promise<Record<string, number>> {
  acme().server.requests.length = 0;
  await using worker = await acme().work(folder);
  const { repositories } = await runSync(worker, { provider: 'github', owner, stages: STAGES });
  const listed = acme().world.repositories.filter((repository) => repository.owner === owner).length;
  expect(repositories).toEqual({ listed, done: listed - failed, failed });
  return requestCounts(acme().server.requests);
}

/** A repository that anyone can read and that isn't empty. */
const at = (index: number) => acme().world.repositories[index] as Repository;

interface Stored {
  id: string;
  repo: string;
  head_hash: string;
  removed_at: string | null;
}

function storedAs({ id }: Repository): Stored | undefined {
  return query<Stored>(folder, 'select id, repo, head_hash, removed_at from repos where provider_id = ?', String(id))[0];
}

/** All rows of a repository but its own. */
function factsOf({ id }: Stored): object[] {
  return ['git_refs', 'git_commits', 'git_pull_requests', 'git_pull_request_reviews'].flatMap((table) =>
    query(folder, `select * from ${table} where repo_id = ?`, id),
  );
}

const stored = (repository: Repository): Stored => storedAs(repository) ?? { id: '', repo: '', head_hash: '', removed_at: '' };

test('a second sync with nothing new asks for the list alone and writes no row', async () => {
  const before = lastWrites(folder);
  // For 60 repositories: one per 100, and one for the names of those that nothing else is told of.
  expect(await sync()).toEqual({ repositories: 2 });
  expect(lastWrites(folder)).toEqual(before);
});

test('what is new costs its own requests and no more', async () => {
  const [pushed, discussed, renamed, pattern] = [at(13), at(14), at(15), at(16)];
  const head = push(pushed);
  const editor = new Editor(discussed);
  const [pull] = editor.newestFirst;
  editor.touch(pull as never, { title: 'Another title' });
  const before = stored(renamed);
  const facts = factsOf(before);
  renameRepository(renamed, { name: 'another-name' });
  const id = 99_000_000;
  const pullRequests = pattern.pullRequests.map((each, index) => ({ ...each, id: id + index, nodeId: `PR_${id + index}` }));
  const added = { ...structuredClone(pattern), id, nodeId: `R_${id}`, name: 'brand-new', createdAt: '2024-05-06T07:08:09Z', pullRequests };
  acme().world.repositories.push(added);
  const writes = lastWrites(folder, stored(discussed).id);

  // A fetch, and a clone; a page of pull requests for the one that has a changed one, and for the new one.
  expect(await sync()).toEqual({ repositories: 2, git: 6, PullRequests: 2 });
  const gitOf = ({ name }: Repository) => acme().server.requests.filter(({ kind, path }) => kind === 'git' && path.startsWith(`/acme/${name}.git/`)).length;
  expect([pushed, discussed, renamed, added].map(gitOf)).toEqual([3, 0, 0, 3]);

  expect(stored(pushed).head_hash).toBe(head);
  expect(query(folder, 'select hash from git_commits where repo_id = ? and hash = ?', stored(pushed).id, head)).toHaveLength(1);
  expect(query(folder, 'select title from git_pull_requests where repo_id = ? and number = ?', stored(discussed).id, String(pull?.number))).toEqual([
    { title: 'Another title' },
  ]);
  const { git_refs, git_commits } = lastWrites(folder, stored(discussed).id);
  expect({ git_refs, git_commits }).toEqual({ git_refs: writes['git_refs'], git_commits: writes['git_commits'] });
  expect(stored(renamed)).toEqual({ ...before, repo: 'acme/another-name' });
  expect(factsOf(before)).toEqual(facts);
  expect(factsOf(stored(added)).length).toBe(factsOf(stored(pattern)).length);
});

test('one that vanishes is noted as removed, with all of its rows, until it is there again', async () => {
  const vanished = at(17);
  const before = stored(vanished);
  const facts = factsOf(before);
  acme().world.repositories = acme().world.repositories.filter((repository) => repository !== vanished);
  expect(await sync()).toEqual({ repositories: 2 });
  expect(stored(vanished)).toEqual({ ...before, removed_at: expect.any(String) });
  const noted = lastWrites(folder);
  expect(await sync()).toEqual({ repositories: 2 });
  expect(lastWrites(folder)).toEqual(noted);

  acme().world.repositories.push(vanished);
  expect(await sync()).toEqual({ repositories: 2 });
  expect(stored(vanished)).toEqual(before);
  expect(factsOf(before)).toEqual(facts);
});

test('one that moves to another owner keeps its row and id there, and is not fetched again', async () => {
  const moved = at(19);
  const before = stored(moved);
  const facts = factsOf(before);
  renameRepository(moved, { owner: 'old-home' });
  expect(await sync()).toEqual({ repositories: 2 });
  expect(stored(moved)).toEqual({ ...before, removed_at: expect.any(String) });
  expect(await sync('old-home', 0)).toEqual({ repositories: 1 });
  expect(stored(moved)).toEqual({ ...before, repo: `old-home/${moved.name}` });
  expect(factsOf(before)).toEqual(facts);
});

test('one that is taken down fails by itself and keeps its rows', async () => {
  const blocked = at(20);
  const before = stored(blocked);
  blocked.disabled = 'dmca';
  expect(await sync('acme', FAILED + 1)).toEqual({ repositories: 2 });
  expect(stored(blocked)).toEqual(before);
});

/** Adds a commit to the default branch, as a push does. */
function push(repository: Repository): string {
  const { path, defaultBranch } = repository;
  const branch = `refs/heads/${defaultBranch}`;
  const refs = readRefs(path);
  const head = gitText(path, ['commit-tree', `${branch}^{tree}`, '-p', branch, '-m', 'Pushed']);
  writeRefs(path, defaultBranch, refs.set(branch, head));
  repository.pushedAt = '2025-02-03T04:05:06Z';
  repository.updatedAt = repository.pushedAt;
  return head;
}
