import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeSite } from '../cli/support/org-sync.ts';
import { makeAwkwardRepository } from '../support/awkward-repository.ts';
import { makeDeepRepository } from '../support/deep-repository.ts';
import { expectRowsOfGit } from '../support/expect-rows.ts';
import { git } from '../support/git.ts';
import { tempFolder } from '../support/temp.ts';

/** Everything below a folder, whose names needn't be text: mode, time of the last change and contents. */
function stateOf(folder: Buffer): string[] {
  return readdirSync(folder, { encoding: 'buffer' })
    .flatMap((name) => {
      const path = Buffer.concat([folder, Buffer.from('/'), name]);
      const stats = lstatSync(path, { bigint: true });
      const contents = stats.isSymbolicLink() ? readlinkSync(path) : stats.isFile() ? createHash('sha256').update(readFileSync(path)).digest('hex') : '';
      const own = `${path.toString('latin1')} ${stats.mode} ${stats.mtimeNs} ${stats.ctimeNs} ${contents}`;
      return stats.isDirectory() ? [own, ...stateOf(path)] : [own];
    })
    .sort();
}

it('a sync leaves the repository it reads as it was', async () => {
  const folder = tempFolder();
  const dir = join(folder, 'awkward');
  await makeAwkwardRepository(dir);
  const before = stateOf(Buffer.from(dir));
  const { code, stdout, stderr } = await makeSite(join(folder, 'site')).sync([dir]);
  expect(code, stdout + stderr).toBe(0);
  expect(stateOf(Buffer.from(dir))).toEqual(before);
});

it("variables of git's in the caller's shell lead nowhere else", async () => {
  const folder = tempFolder();
  const [dir, other] = [join(folder, 'read'), join(folder, 'other')];
  makeDeepRepository(dir, { commits: 20, files: 5 });
  makeDeepRepository(other, { commits: 7, files: 3 });
  git(dir, ['update-ref', 'refs/heads/topic', 'HEAD~3']);
  const env = {
    GIT_DIR: join(other, '.git'),
    GIT_WORK_TREE: other,
    GIT_COMMON_DIR: join(other, '.git'),
    GIT_OBJECT_DIRECTORY: join(other, '.git/objects'),
    GIT_INDEX_FILE: join(other, '.git/index'),
    GIT_NAMESPACE: 'elsewhere',
    GIT_CEILING_DIRECTORIES: folder,
    GIT_LITERAL_PATHSPECS: '1',
    GIT_CONFIG_COUNT: '2',
    GIT_CONFIG_KEY_0: 'diff.renames',
    GIT_CONFIG_VALUE_0: 'false',
    GIT_CONFIG_KEY_1: 'blame.ignoreRevsFile',
    GIT_CONFIG_VALUE_1: '/nonexistent',
    GIT_CONFIG_PARAMETERS: "'core.abbrev'='4'",
    GIT_EXTERNAL_DIFF: 'false',
    GIT_TRACE: '1',
    GIT_PAGER: 'false',
    GIT_DEFAULT_HASH: 'sha256',
  };
  const site = makeSite(join(folder, 'site'));
  const { code, stdout, stderr } = await site.sync([dir], { env });
  expect(code, stdout + stderr).toBe(0);
  await expectRowsOfGit(site.folder, dir);
});
