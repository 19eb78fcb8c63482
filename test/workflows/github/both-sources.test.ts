import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { query } from '../../support/database.ts';
import { git } from '../../support/git.ts';
import { expectPullRequests } from '../../support/github/expect-world.ts';
import { organisationOf } from '../../support/github/organisation.ts';
import { type Repository, renameRepository } from '../../support/github/world.ts';
import { runSync, syncOnce } from '../../support/sync.ts';
import { tempFolder } from '../../support/temp.ts';

const parent = tempFolder();
const acme = organisationOf(parent, { repositories: 1, pullRequests: 30 });
const repository = () => acme().world.repositories[0] as Repository;
let clone: string;

beforeAll(() => {
  // As somebody has it who cloned it, with a merge that names a pull request of the repository it was forked from.
  clone = join(parent, 'clone');
  git('.', ['clone', '--quiet', repository().path, clone]);
  git(clone, ['remote', 'set-url', 'origin', `${acme().server.webUrl}/acme/${repository().name}`]);
  const side = git(clone, ['commit-tree', 'HEAD^{tree}', '-p', 'HEAD', '-m', 'Side']).toString().trim();
  const merge = ['commit-tree', 'HEAD^{tree}', '-p', 'HEAD', '-p', side, '-m', 'Merge pull request #7777 from upstream/side'];
  git(clone, ['update-ref', 'HEAD', git(clone, merge).toString().trim()]);
});

async function sync(folder: string): Promise<void> {
  await using worker = await acme().work(folder);
  expect((await runSync(worker, { provider: 'github', owner: 'acme' })).failures).toEqual([]);
}

test("what git told of a clone's pull requests makes room for what GitHub tells", async () => {
  const folder = acme().folder('local-first');
  await syncOnce(folder, [clone]);
  expect(query(folder, 'select state from git_pull_requests where number = 7777')).toEqual([{ state: 'merged' }]);
  await sync(folder);
  expectPullRequests(folder, acme().server, { owner: 'acme', token: acme().token });
});

test('a clone on disk that is synced in between does not make GitHub forget which repository it is', async () => {
  const folder = acme().folder('in-between');
  await sync(folder);
  const before = query(folder, 'select id, provider_id, created_at from repos');
  await syncOnce(folder, [clone]);
  expect(query(folder, 'select id, provider_id, created_at from repos')).toEqual(before);
  renameRepository(repository(), { name: 'renamed-meanwhile' });
  await sync(folder);
  expect(query(folder, 'select id, provider_id, repo from repos')).toEqual([
    { id: before[0]?.['id'], provider_id: before[0]?.['provider_id'], repo: 'acme/renamed-meanwhile' },
  ]);
  expectPullRequests(folder, acme().server, { owner: 'acme', token: acme().token });
});
