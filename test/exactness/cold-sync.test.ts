import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeAwkwardRepository } from '../support/awkward-repository.ts';
import { query } from '../support/database.ts';
import { expectRowsOfGit, GIT_TABLES } from '../support/expect-rows.ts';
import { git } from '../support/git.ts';
import { makeRandomRepository } from '../support/random-repository.ts';
import { makeBareClone, makeLinkedWorktree, makeSha256Repository, makeShallowClone, makeUnbornRepository } from '../support/repositories.ts';
import { syncOnce } from '../support/sync.ts';
import { tempFolder } from '../support/temp.ts';

const OURS = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** A repository with everything awkward in it. */
const awkward = join(tempFolder(), 'awkward');

beforeAll(async () => {
  await makeAwkwardRepository(awkward);
});

describe('a first sync of a repository with everything awkward in it', () => {
  const folder = tempFolder();

  beforeAll(async () => {
    const result = await syncOnce(folder, [awkward]);
    expect(result.failures).toEqual([]);
  });

  it.each(GIT_TABLES)('stores in %s exactly what git tells', async (table) => {
    await expectRowsOfGit(folder, awkward, { tables: [table] });
  });
});

describe('a first sync', () => {
  it('takes in the commits of all branches when asked to', async () => {
    const folder = tempFolder();
    await syncOnce(folder, [awkward], { allBranches: true, stages: ['commits', 'pull-requests', 'commit-stats'] });
    await expectRowsOfGit(folder, awkward, { allBranches: true, tables: ['git_refs', 'git_commits', 'git_pull_requests', 'git_commit_stats'] });
  });

  it.each([1, 2, 3])('equals git for a history made by chance (%i)', async (seed) => {
    const folder = tempFolder();
    const dir = join(folder, 'random');
    await makeRandomRepository(dir, seed, 300);
    await syncOnce(folder, [dir]);
    await expectRowsOfGit(folder, dir);
  });

  it('equals git for bare, shallow, linked and SHA-256 repositories', async () => {
    const folder = tempFolder();
    const origin = join(folder, 'origin');
    await makeRandomRepository(origin, 4, 120);
    const at = (name: string) => join(folder, 'copies', name);
    makeBareClone(origin, at('bare'));
    makeShallowClone(origin, at('shallow'), 10);
    await makeSha256Repository(at('sha256'));
    makeUnbornRepository(at('unborn'));
    for (const name of ['bare', 'shallow']) git(at(name), ['remote', 'remove', 'origin']);
    const result = await syncOnce(folder, [join(folder, 'copies')]);
    expect(result.failures).toEqual([]);
    for (const name of ['bare', 'shallow', 'sha256', 'unborn']) await expectRowsOfGit(folder, at(name));
    makeLinkedWorktree(origin, join(folder, 'linked'), 'HEAD~3');
    await syncOnce(folder, [join(folder, 'linked')]);
    const [row] = query<{ head_hash: string }>(folder, "select head_hash from repos where json_extract(settings, '$.path') = ?", origin);
    expect(row?.head_hash).toBe(git(origin, ['rev-parse', 'HEAD~3']).toString().trim());
  });

  it("equals git for the latest commits of the project's own repository", async () => {
    const folder = tempFolder();
    const dir = join(folder, 'org-sync');
    // All of them would take longer with each that is added.
    git(folder, ['clone', '--quiet', '--depth=100', pathToFileURL(OURS).href, dir]);
    git(dir, ['remote', 'remove', 'origin']);
    await syncOnce(folder, [dir]);
    await expectRowsOfGit(folder, dir);
  });
});
