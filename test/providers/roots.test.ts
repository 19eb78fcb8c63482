import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { gitProgram } from '../../src/config.ts';
import { InvalidInput } from '../../src/model/errors.ts';
import type { RepositoryPage } from '../../src/model/repository.ts';
import { localSource } from '../../src/providers/local/source.ts';
import { commitAll, git, initRepository } from '../support/git.ts';
import { makeLinkedWorktree, makeSharedClone } from '../support/repositories.ts';
import { tempFolder } from '../support/temp.ts';

const folder = tempFolder();
let place = 0;
let base: string;
let inside: string;
let outside: string;

/** A folder that may be read, and one that may not, with a secret repository. */
beforeEach(() => {
  base = join(folder, String(place++));
  inside = join(base, 'allowed');
  outside = join(base, 'allowed-not');
  mkdirSync(inside, { recursive: true });
  makeRepository(join(outside, 'secret'));
});

/** The same objects in every run, so that a test knows which folders of them there are not. */
function makeRepository(dir: string): void {
  initRepository(dir);
  writeFileSync(join(dir, 'secret.txt'), `${relative(base, dir)}\n`);
  commitAll(dir, 'Secret\n');
}

const list = (paths: string[], roots = [inside]): Promise<RepositoryPage> =>
  localSource(gitProgram, async () => roots).list({ provider: 'local', paths }, undefined, new AbortController().signal);

async function problemsOf(path: string, roots = [inside]): Promise<string> {
  const error: unknown = await list([path], roots).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(InvalidInput);
  return (error as InvalidInput).message;
}

/** Why the one repository at a path isn't handed over. */
async function reasonOf(path: string): Promise<string> {
  const { repositories, refused } = await list([path]);
  expect(repositories).toEqual([]);
  expect(refused).toHaveLength(1);
  return refused[0]?.reason ?? '';
}

describe('a path', () => {
  it('is read inside the allowed folders', async () => {
    makeRepository(join(inside, 'a/b'));
    for (const path of [inside, join(inside, 'a/b'), `${inside}/a/../a/b`, `${inside}/a/./b/`]) {
      expect((await list([path])).repositories).toMatchObject([{ path: join(inside, 'a/b') }]);
    }
    expect((await list([inside], ['/'])).repositories).toHaveLength(1);
    expect((await list([inside], [`${inside}/`])).repositories).toHaveLength(1);
    expect((await list([join(inside, 'a/b')], [join(inside, 'a/b')])).repositories).toHaveLength(1);
  });

  it.each([
    ['with the same beginning', () => join(outside, 'secret')],
    ['by way of ..', () => `${inside}/../allowed-not/secret`],
    ['above', () => base],
    ['the root', () => '/'],
  ])('is refused outside: %s', async (_, path) => {
    expect(await problemsOf(path())).toBe(
      `paths: ${path()} lies outside the folders this worker may read; add one to ORG_SYNC_LOCAL_ROOTS where it runs, or use 'org-sync sync local' without TEMPORAL_ADDRESS`,
    );
  });

  it('is refused where a link leads outside, without a word of where that is', async () => {
    symlinkSync(join(outside, 'secret'), join(inside, 'link'));
    symlinkSync(outside, join(inside, 'folder-link'));
    for (const path of ['link', 'folder-link/secret']) {
      const problem = await problemsOf(join(inside, path));
      expect(problem).toContain('lies outside the folders');
      expect(problem).not.toContain('allowed-not');
    }
  });

  it('is not found through links below it', async () => {
    makeRepository(join(inside, 'good'));
    symlinkSync(join(outside, 'secret'), join(inside, 'link'));
    expect((await list([inside])).repositories.map(({ name }) => name)).toEqual(['good']);
  });

  it('is allowed by a root that is a link, and not by one that is not there', async () => {
    makeRepository(join(inside, 'good'));
    symlinkSync(inside, join(base, 'root-link'));
    expect((await list([inside], [join(base, 'root-link')])).repositories).toHaveLength(1);
    expect((await list([join(base, 'root-link/good')], [join(base, 'missing'), join(base, 'root-link/')])).repositories).toHaveLength(1);
    expect(await problemsOf(inside, [join(base, 'missing')])).toContain('lies outside the folders');
    expect(await problemsOf(inside, [])).toContain('lies outside the folders');
  });

  it('tells nothing of a repository around the allowed folder', async () => {
    git(base, ['init', '--quiet']);
    expect(await problemsOf(inside)).toContain('is no git repository and holds none');
  });
});

describe('a repository that keeps its parts outside the allowed folders is refused', () => {
  const secret = (...parts: string[]) => join(outside, 'secret', ...parts);
  const repository = () => join(inside, 'r');
  const outsideReason = /^its git data lies in \/.*allowed-not.*, outside the folders that may be read/;

  it('by a .git file', async () => {
    mkdirSync(repository());
    writeFileSync(join(repository(), '.git'), `gitdir: ${secret('.git')}\n`);
    expect(await reasonOf(repository())).toMatch(outsideReason);
  });

  it('by a .git link', async () => {
    mkdirSync(repository());
    symlinkSync(secret('.git'), join(repository(), '.git'));
    expect(await reasonOf(repository())).toMatch(outsideReason);
  });

  it('as a linked work tree of one outside', async () => {
    makeLinkedWorktree(secret(), repository());
    expect(await reasonOf(repository())).toMatch(outsideReason);
  });

  it('by a commondir', async () => {
    makeRepository(repository());
    writeFileSync(join(repository(), '.git/commondir'), `${secret('.git')}\n`);
    expect(await reasonOf(repository())).toMatch(outsideReason);
  });

  it('by the folder of one work tree, while the rest is inside', async () => {
    makeRepository(repository());
    makeLinkedWorktree(repository(), join(inside, 'linked'));
    renameSync(join(repository(), '.git/worktrees/linked'), join(outside, 'linked'));
    writeFileSync(join(outside, 'linked/commondir'), `${join(repository(), '.git')}\n`);
    writeFileSync(join(inside, 'linked/.git'), `gitdir: ${join(outside, 'linked')}\n`);
    const { refused } = await list([join(inside, 'linked')]);
    expect(refused[0]?.reason).toMatch(outsideReason);
  });

  it.each(['plain', 'relative', 'quoted', 'in turn'])('by alternates: %s', async (way) => {
    makeRepository(repository());
    const line = {
      plain: secret('.git/objects'),
      relative: '../../../../allowed-not/secret/.git/objects',
      quoted: `"${secret('.git/objects')}"`,
      'in turn': '',
    }[way];
    if (line === '') {
      makeSharedClone(secret(), join(inside, 'between'));
      git(join(inside, 'between'), ['remote', 'remove', 'origin']);
    }
    writeFileSync(join(repository(), '.git/objects/info/alternates'), `# theirs\n\n${line || join(inside, 'between/.git/objects')}\n`);
    expect(await reasonOf(repository())).toMatch(outsideReason);
  });

  it.each(['objects', 'refs', 'refs/heads', 'objects/pack', 'objects/info', 'config'])('by a link at %s', async (part) => {
    makeRepository(repository());
    git(secret(), ['pack-refs', '--all']);
    git(secret(), ['repack', '-adq']);
    const path = join(repository(), '.git', part);
    rmSync(path, { recursive: true, force: true });
    symlinkSync(secret('.git', part), path);
    expect(await reasonOf(repository())).toMatch(outsideReason);
  });

  it.each(['packed-refs', 'shallow', 'config.worktree', 'refs/heads/x', 'objects/12'])('by a link that it added at %s', async (part) => {
    makeRepository(repository());
    writeFileSync(join(outside, 'private'), 'root:x:0:0\n');
    symlinkSync(join(outside, 'private'), join(repository(), '.git', part));
    const reason = await reasonOf(repository());
    expect(reason).toMatch(outsideReason);
    expect(reason).not.toContain('root:x');
  });

  it('by a link at HEAD, to git already', async () => {
    makeRepository(repository());
    rmSync(join(repository(), '.git/HEAD'));
    symlinkSync(secret('.git/HEAD'), join(repository(), '.git/HEAD'));
    expect(await reasonOf(repository())).toContain('not a git repository');
  });

  it('by a link that leads outside behind another link', async () => {
    makeRepository(repository());
    mkdirSync(join(inside, 'elsewhere'));
    cpSync(join(repository(), '.git/objects'), join(inside, 'elsewhere/objects'), { recursive: true });
    rmSync(join(repository(), '.git/objects'), { recursive: true });
    symlinkSync(join(inside, 'elsewhere/objects'), join(repository(), '.git/objects'));
    expect((await list([repository()])).repositories).toHaveLength(1);
    symlinkSync(secret('.git/objects/pack'), join(inside, 'elsewhere/objects/12'));
    expect(await reasonOf(repository())).toMatch(outsideReason);
  });
});

it('links inside the allowed folders, and those to nowhere, do no harm', async () => {
  const repository = join(inside, 'r');
  makeRepository(repository);
  renameSync(join(repository, '.git/refs'), join(inside, 'refs-elsewhere'));
  symlinkSync('../../refs-elsewhere', join(repository, '.git/refs'));
  symlinkSync('/nowhere/at/all', join(repository, '.git/objects/12'));
  symlinkSync('.', join(repository, '.git/objects/13'));
  symlinkSync(join(outside, 'secret'), join(repository, '.git/hooks'));
  expect((await list([repository])).repositories).toHaveLength(1);
});

it('alternates that are not there are passed over, as git does', async () => {
  const repository = join(inside, 'r');
  makeRepository(repository);
  writeFileSync(join(repository, '.git/objects/info/alternates'), '/nowhere/at/all\n../../.git/HEAD\n');
  expect((await list([repository])).repositories).toHaveLength(1);
});

it('alternates that name a folder outside are refused before anything in it is looked at', async () => {
  const repository = join(inside, 'r');
  makeRepository(repository);
  writeFileSync(join(repository, '.git/objects/info/alternates'), '/\n');
  expect(await reasonOf(repository)).toContain('its git data lies in /, outside the folders that may be read');
});

it('included configuration is not read', async () => {
  const repository = join(inside, 'r');
  makeRepository(repository);
  spawnSync('mkfifo', [join(repository, '.git/included')]);
  git(repository, ['config', 'remote.origin.url', 'https://example.org/acme/api']);
  writeFileSync(join(repository, '.git/config'), '[include]\n\tpath = included\n', { flag: 'a' });
  expect((await list([repository])).repositories).toMatchObject([{ name: 'acme/api' }]);
});
