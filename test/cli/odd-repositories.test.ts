import { chownSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { commitAll, git, gitText, initRepository } from '../support/git.ts';
import * as repositories from '../support/repositories.ts';
import { tempFolder } from '../support/temp.ts';
import { type Ended, makeSite } from './support/org-sync.ts';

const folder = tempFolder();
const site = makeSite(join(folder, 'site'));
const at = (...names: string[]) => join(folder, 'repositories', ...names);
const NEWLINES = 'new\nline\ttab\x1b[31m';
const DEEP = Array.from({ length: 150 }, (_, level) => `level ${level}`).join('/');
let ended: Ended;

beforeAll(async () => {
  makeHistory(at('plain'), 3);
  makeHistory(at(' spaces around '), 2);
  makeHistory(at(NEWLINES), 2);
  makeHistory(at('ünïcödé 日本 \ufffd'), 2);
  makeHistory(at('-rf'), 2);
  makeHistory(at(`'quotes" $(touch x) \\back;slash`), 2);
  makeHistory(at(':(exclude)x'), 2);
  // Deeper than git's own tools like, short of what the kernel takes.
  makeHistory(at(DEEP), 1);
  repositories.makeEmptyRepository(at('empty'));
  repositories.makeUnbornRepository(at('unborn'));
  makeHistory(at('detached'), 3);
  git(at('detached'), ['checkout', '--quiet', '--detach', 'HEAD~1']);
  makeHistory(join(folder, 'long'), 5);
  repositories.makeShallowClone(join(folder, 'long'), at('shallow'), 2);
  repositories.makeBareClone(join(folder, 'long'), at('bare.git'));
  mkdirSync(at('bare-inside'));
  repositories.makeBareClone(at('plain'), at('bare-inside/.git'));
  makeHistory(at('lender'), 2);
  repositories.makeSharedClone(at('lender'), at('borrower'));
  git(at('borrower'), ['remote', 'remove', 'origin']);
  await repositories.makeSha256Repository(at('sha256'));
  makeHistory(at('strangers'), 2);
  if (process.getuid?.() === 0) for (const path of ['', '.git', '.git/objects', '.git/config']) chownSync(at('strangers', path), 65534, 65534);
  repositories.makeLinkedWorktree(at('plain'), at('linked'));
  makeHistory(at('super'), 1);
  git(at('super'), ['-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', at('lender'), 'sub']);
  symlinkSync('..', at('loop'));
  symlinkSync(at(), at('plain-folder-loop'));
  symlinkSync(at('plain'), at('link to plain'));
  // Shallow, bare and shared clones name where they come from, which is a path and so no name.
  ended = await site.sync([at(), at('plain'), at('link to plain'), `${at('empty')}/../plain/`, at('super/sub')]);
});

it('all of them are synced', () => {
  expect(ended, ended.stdout + ended.stderr).toMatchObject({ code: 0, stdout: expect.stringMatching(/\n(\d+) of \1 repositories synced\n/) });
});

it('each is there once, under the name of its folder', () => {
  const names = site.rows<{ repo: string }>('select repo from repos order by repo').map(({ repo }) => repo);
  expect(names.toSorted()).toEqual(
    [
      'plain', ' spaces around ', NEWLINES, 'ünïcödé 日本 \ufffd', '-rf', `'quotes" $(touch x) \\back;slash`, ':(exclude)x', 'level 149', 'empty', 'unborn',
      'detached', 'shallow', 'bare.git', 'bare-inside', 'lender', 'borrower', 'sha256', 'strangers', 'super', 'sub',
    ].toSorted(),
  ); // biome-ignore format: a list
});

describe('what is read is what git reads', () => {
  const counts = (repo: string) =>
    site.rows<{ commits: number; files: number; refs: number }>(
      `select (select count(*) from git_commits where repo_id = r.id) as commits, (select count(*) from git_files where repo_id = r.id) as files,
        (select count(*) from git_refs where repo_id = r.id) as refs from repos r where repo = ?`,
      repo,
    )[0];
  const lines = (text: string) => text.split('\n').filter((line) => line !== '');

  it.each([
    'plain',
    ' spaces around ',
    '-rf',
    ':(exclude)x',
    'detached',
    'shallow',
    'bare.git',
    'borrower',
    'sha256',
    'strangers',
    'super',
    'super/sub',
    NEWLINES,
    DEEP,
  ])('of %j', (path) => {
    const read = (...args: string[]) => lines(gitText(at(path), ['-c', 'safe.directory=*', ...args]));
    const expected = {
      commits: read('rev-list', 'HEAD').length,
      files: read('ls-tree', '-r', '--format=%(objecttype)', 'HEAD').filter((type) => type === 'blob').length,
      refs: read('for-each-ref').length,
    };
    expect(counts(path.split('/').at(-1) ?? '')).toEqual(expected);
  });

  it('of a repository without commits: nothing', () => {
    expect(counts('empty')).toEqual({ commits: 0, files: 0, refs: 0 });
    expect(counts('unborn')).toEqual({ commits: 0, files: 0, refs: 1 });
    const [unborn] = site.rows('select ref, head_hash from repos where repo = ?', 'unborn');
    expect(unborn).toEqual({ ref: 'missing', head_hash: null });
    expect(site.rows('select ref from repos where repo = ?', 'detached')).toEqual([{ ref: null }]);
  });

  it('of a linked work tree that is named by itself: its own HEAD', async () => {
    makeHistory(join(folder, 'main'), 4);
    repositories.makeLinkedWorktree(join(folder, 'main'), join(folder, 'aside'), 'HEAD~2');
    const other = makeSite(join(folder, 'other-site'));
    const { code, stdout } = await other.sync([join(folder, 'aside')]);
    expect(code, stdout).toBe(0);
    expect(other.rows('select repo, head_hash from repos')).toEqual([{ repo: 'main', head_hash: gitText(join(folder, 'main'), ['rev-parse', 'HEAD~2']) }]);
    expect(other.rows('select count(*) as commits from git_commits')).toEqual([{ commits: 2 }]);
  });
});

it('names that would steer the terminal are printed as codes', async () => {
  for (const raw of ['\x1b', '\t', '\nline']) expect(ended.stdout + ended.stderr).not.toContain(raw);
  // A name is printed while its repository is at work, which may be too short for that: git waits until it has been.
  const [bin, printed] = [join(folder, 'bin'), join(folder, 'printed')];
  mkdirSync(bin);
  const wait = `while [ -d '${folder}' ] && [ ! -e '${printed}' ]; do sleep 0.1; done`;
  writeFileSync(join(bin, 'git'), `#!/bin/sh\nPATH=\${PATH#*:}\ncase " $* " in *' rev-list '*) ${wait} ;; esac\nexec git "$@"\n`, { mode: 0o755 });
  const { code, stdout, stderr } = await makeSite(join(folder, 'steered')).sync([at(NEWLINES)], {
    env: { PATH: [bin, process.env['PATH']].join(delimiter) },
    heard: (text) => text.includes('of new\\x0aline\\x09tab\\x1b[31m') && writeFileSync(printed, ''),
  });
  expect({ code, printed: existsSync(printed) }, stderr).toEqual({ code: 0, printed: true });
  for (const raw of ['\x1b', '\t', '\nline']) expect(stdout + stderr).not.toContain(raw);
});

it('nothing in a name is run', () => {
  expect([folder, at(), site.folder].flatMap((where) => readdirSync(where))).not.toContain('x');
});

function makeHistory(dir: string, commits: number): void {
  initRepository(dir);
  for (let number = 1; number <= commits; number++) {
    writeFileSync(join(dir, `${number}.txt`), `${number}\n`);
    commitAll(dir, `Commit ${number}\n`, 1_600_000_000 + number);
  }
}
