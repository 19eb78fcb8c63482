import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { COLLIDING_PATHS } from './awkward/paths.ts';
import { MASS } from './awkward/renames.ts';
import { type AwkwardRepository, makeAwkwardRepository } from './awkward-repository.ts';
import { git, gitText, noReplace } from './git.ts';
import { makeHostileRepository, makePromisorRepository } from './hostile-repository.ts';
import { makeRandomRepository } from './random-repository.ts';
import * as repositories from './repositories.ts';
import { tempFolder } from './temp.ts';

const folder = tempFolder();
const dir = join(folder, 'awkward');
let awkward: AwkwardRepository;
beforeAll(async () => {
  awkward = await makeAwkwardRepository(dir);
});

const read = (...args: string[]) => git(dir, ['--no-replace-objects', ...args]);
const raw = (commit: string) => read('cat-file', 'commit', commit).toString('latin1');
const parents = (commit: string) => [...raw(commit).matchAll(/^parent /gm)].length;
const changes = (commit: string, ...args: string[]) => read('diff-tree', '-r', '-M', ...args, `${commit}^1`, commit).toString('latin1');

describe('the awkward repository', () => {
  it('is the same to the hash each time', async () => {
    const again = await makeAwkwardRepository(join(folder, 'again'));
    expect({ ...again, dir }).toEqual(awkward);
  });

  it('has merges of every shape, roots and odd parents', () => {
    expect(parents(awkward.octopus)).toBe(4);
    expect(parents(awkward.sameParentTwice)).toBe(2);
    expect(parents(awkward.emptyRoot)).toBe(0);
    expect(changes(awkward.oursMerge)).toBe('');
    expect(changes(awkward.evilMerge, '--name-only')).toContain('merges/evil.txt');
    expect(read('rev-list', '--max-parents=0', awkward.head).toString().trim().split('\n')).toHaveLength(2);
  });

  it('has renames on both sides of what git finds', () => {
    expect(changes(awkward.pureRename)).toContain(' R100\t');
    expect(changes(awkward.renameAbove)).toMatch(/ R05\d\t/);
    expect(changes(awkward.renameExact)).toContain(' R050\t');
    expect(changes(awkward.renameBelow)).toMatch(/ D\t.* A\t/s);
    expect(changes(awkward.renameAndMode)).toContain(':100644 100755');
    expect(changes(awkward.renameInMerge)).toContain(' R100\t');
    expect(changes(awkward.massRename, '-l0').match(/ R0\d\d\t/g)).toHaveLength(MASS);
    expect(changes(awkward.massRename)).not.toContain(' R0');
  });

  it('has binaries, links, modes and submodules that become each other', () => {
    expect(changes(awkward.binaryChanged, '--numstat')).toContain('-\t-\tcontents/nul-early');
    expect(changes(awkward.becameBinary, '--numstat')).toContain('-\t-\tcontents/turncoat');
    expect(changes(awkward.binaryRenamed)).toMatch(/ R\d+\tcontents\/binary\t/);
    expect(changes(awkward.fileToLink)).toContain(':100644 120000');
    expect(changes(awkward.executable)).toContain(':100644 100755');
    expect(changes(awkward.submoduleMoved)).toMatch(/:160000 160000.* R100\t/);
    expect(changes(awkward.fileToSubmodule)).toContain(':100644 160000');
    expect(read('ls-tree', '-r', awkward.head).toString()).toContain('160000 commit');
  });

  it('has paths that are no text, and two that become the same text', () => {
    const paths = read('ls-tree', '-r', '-z', '--name-only', awkward.head);
    for (const path of [...COLLIDING_PATHS, 'paths/carriage\rreturn', ':(glob)*', '-rf', 'HEAD', 'nested/.git/config']) expect(paths.includes(path)).toBe(true);
    const longest = Math.max(
      ...paths
        .toString('latin1')
        .split('\0')
        .map((path) => path.length),
    );
    expect(longest).toBeGreaterThan(255);
    expect(paths.toString('latin1').match(/many\//g)).toHaveLength(1_000);
  });

  it('has names, times and messages that no rule keeps out', () => {
    expect(raw(awkward.before1970)).toContain('author Ada Author <ada@example.org> -86400 -0500\n');
    expect(raw(awkward.noBrackets)).toContain('author No Brackets no@example.org 1600100004');
    expect(raw(awkward.nobody)).not.toContain('author');
    expect(raw(awkward.messages['nul'] ?? '')).toContain('before\0after');
    expect(raw(awkward.messages['noBlankLine'] ?? '')).not.toContain('\n\n');
    expect(raw(awkward.messages['long'] ?? '').length).toBeGreaterThan(90_000);
    expect(raw(awkward.messages['encodedLatin1'] ?? '')).toContain('encoding ISO-8859-1\n\nGr\xfc\xdfe');
    expect(Buffer.from(raw(awkward.invalidUtf8), 'latin1').includes(Buffer.from('\ufffd'))).toBe(false);
  });

  it('has refs of every kind, replaced objects, grafts and a work tree that differs', () => {
    const refs = read('for-each-ref', '--format=%(refname)').toString();
    for (const ref of ['refs/heads/-dash', 'refs/tags/main', 'refs/notes/commits', 'refs/stash', 'refs/pull/40/head', `refs/replace/${awkward.simpleMerge}`]) {
      expect(refs.split('\n')).toContain(ref);
    }
    expect(gitText(dir, ['cat-file', 'commit', awkward.simpleMerge])).toContain('Impostor');
    expect(gitText(dir, ['cat-file', 'commit', awkward.simpleMerge], { env: noReplace })).not.toContain('Impostor');
    expect(readFileSync(join(dir, '.git/info/grafts'), 'utf8')).toContain(awkward.noFastForward);
    const status = git(dir, ['status', '--porcelain', '--ignored']).toString();
    for (const line of ['?? untracked.txt', '!! ignored/', 'A  staged.txt', ' M people.txt', ' D merges/shared.txt']) expect(status).toContain(line);
  });
});

describe('the other repositories', () => {
  const at = (name: string) => join(folder, name);
  const head = (name: string) => gitText(at(name), ['rev-parse', '--verify', 'HEAD']);

  it('can be cloned from the awkward one', () => {
    repositories.makeShallowClone(dir, at('shallow'), 3);
    repositories.makeBareClone(dir, at('bare'));
    repositories.makeSharedClone(dir, at('shared'));
    repositories.makeLinkedWorktree(dir, at('linked'), 'refs/heads/release');
    expect([head('shallow'), head('bare'), head('shared')]).toEqual([awkward.head, awkward.head, awkward.head]);
    expect(head('linked')).toBe(awkward.release);
    expect(existsSync(at('shallow/.git/shallow'))).toBe(true);
  });

  it('have no HEAD, or no sound one', () => {
    repositories.makeEmptyRepository(at('empty'));
    repositories.makeUnbornRepository(at('unborn'));
    for (const name of ['empty', 'unborn']) expect(() => head(name)).toThrow();
    for (const corruption of ['damaged-blob', 'missing-commit', 'missing-ref-target'] as const) {
      repositories.makeCorruptRepository(at(corruption), corruption);
      expect(head(corruption)).toMatch(/^[0-9a-f]{40}$/);
      expect(() => git(at(corruption), ['fsck'])).toThrow();
    }
  });

  it('are random, but the same for the same seed', async () => {
    const [first, second, other] = await Promise.all([7, 7, 8].map((seed, index) => makeRandomRepository(at(`random-${index}`), seed, 60)));
    expect(second?.head).toBe(first?.head);
    expect(other?.head).not.toBe(first?.head);
    for (const index of [0, 2]) git(at(`random-${index}`), ['fsck', '--strict']);
    expect((await repositories.makeSha256Repository(at('sha256'))).head).toBe(head('sha256'));
    expect(head('sha256')).toHaveLength(64);
  });

  it('run commands when they are read without care', () => {
    const canary = at('canary');
    makeHostileRepository(at('hostile'), canary);
    git(at('hostile'), ['show', 'HEAD']);
    const ran = readFileSync(canary, 'utf8');
    expect(ran).toContain('diff.evil.textconv');
    expect(ran).toContain('gpg.program');
    expect(() => git(at('hostile'), ['blame', 'HEAD', '--', 'moved.txt'])).toThrow('a-file-that-is-missing');
    makePromisorRepository(at('promisor'), canary);
    expect(() => git(at('promisor'), ['for-each-ref'])).toThrow();
    expect(readFileSync(canary, 'utf8')).toContain('remote.evil.uploadpack');
  });
});
