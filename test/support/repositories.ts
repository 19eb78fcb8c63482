import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { git, initRepository } from './git.ts';
import { Branch, Clock, lines } from './history.ts';
import { ObjectWriter } from './objects.ts';
import { makeRandomRepository } from './random-repository.ts';

/** No checkout, as some paths of the awkward repository can't be checked out. */
function clone(from: string, dir: string, ...args: string[]): void {
  const url = pathToFileURL(resolve(from)).href;
  git('.', ['clone', '--quiet', '--template=', '--no-checkout', ...args, '--', url, dir]);
}

/** A clone that ends `depth` commits below the tips of all branches. */
export function makeShallowClone(from: string, dir: string, depth: number): void {
  clone(from, dir, `--depth=${depth}`, '--no-single-branch');
}

/** A bare clone with the branches and tags of `from`. */
export function makeBareClone(from: string, dir: string): void {
  clone(from, dir, '--bare');
}

/** A clone with no objects of its own: its alternates name the ones of `from`. */
export function makeSharedClone(from: string, dir: string): void {
  git('.', ['clone', '--quiet', '--template=', '--no-checkout', '--shared', '--', from, dir]);
}

/** A second work tree of `from`, whose HEAD is `revision`, detached. Its `.git` is a file. */
export function makeLinkedWorktree(from: string, dir: string, revision = 'HEAD'): void {
  git(from, ['worktree', 'add', '--no-checkout', '--detach', resolve(dir), revision]);
}

/** No commit, no branch. */
export function makeEmptyRepository(dir: string): void {
  initRepository(dir);
}

function writeSmallHistory(dir: string, how: 'packed' | 'loose') {
  const objects = new ObjectWriter();
  const branch = new Branch(objects, new Clock());
  const first = branch.write('a.txt', lines(5)).write('folder/b.txt', lines(3, 'b')).commit('First\n');
  const second = branch.change('a.txt', { 2: 'changed' }).commit('Second\n');
  const head = branch.append('a.txt', 'more\n').commit('Third\n');
  initRepository(dir);
  objects.writeTo(dir, how);
  const blob = branch.files.get('a.txt')?.hash ?? '';
  return { first, second, head, blob };
}

/** HEAD names a branch that isn't there, while others are. */
export function makeUnbornRepository(dir: string) {
  const history = writeSmallHistory(dir, 'packed');
  git(dir, ['update-ref', 'refs/heads/develop', history.head]);
  git(dir, ['symbolic-ref', 'HEAD', 'refs/heads/missing']);
  return history;
}

/** What is wrong: a blob of HEAD's tree that can't be read, HEAD's parent gone, or a branch to an object that never was. */
export type Corruption = 'damaged-blob' | 'missing-commit' | 'missing-ref-target';

export function makeCorruptRepository(dir: string, corruption: Corruption) {
  const history = writeSmallHistory(dir, 'loose');
  git(dir, ['update-ref', 'refs/heads/main', history.head]);
  const looseObject = (hash: string) => join(dir, '.git/objects', hash.slice(0, 2), hash.slice(2));
  if (corruption === 'damaged-blob') {
    chmodSync(looseObject(history.blob), 0o644);
    writeFileSync(looseObject(history.blob), 'not what zlib wrote');
  } else if (corruption === 'missing-commit') {
    rmSync(looseObject(history.second));
  } else {
    writeFileSync(join(dir, '.git/refs/heads/broken'), `${'12345678'.repeat(5)}\n`);
  }
  return history;
}

/** A random repository whose hashes have 64 digits. */
export function makeSha256Repository(dir: string) {
  return makeRandomRepository(dir, 256, 40, 'sha256');
}
