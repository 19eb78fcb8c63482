import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { git, gitText, initRepository, noReplace } from '../git.ts';

export interface OracleOptions {
  repoId: string;
  /** Commits of every branch and remote-tracking branch too, not just of HEAD. */
  allBranches?: boolean;
}

/** The objects of a repository without anything that changes what they say: refs, configuration, attributes. */
export interface Plain {
  dir: string;
  /** What HEAD names; null while it is unborn. */
  head: string | null;
  /** Where a shallow clone ends. */
  shallow: ReadonlySet<string>;
  /** Hashes that `allBranches` starts from. */
  branches: readonly string[];
}

/** Lends `use` a throw-away bare repository that has the objects of `dir` as its own. */
export async function withPlain<T>(dir: string, use: (plain: Plain) => T | Promise<T>): Promise<T> {
  const scratch = mkdtempSync(join(tmpdir(), 'oracle-'));
  try {
    const real = (path: string) => resolve(dir, gitText(dir, ['rev-parse', '--git-path', path]));
    initRepository(scratch, '--bare', `--object-format=${gitText(dir, ['rev-parse', '--show-object-format'])}`);
    mkdirSync(join(scratch, 'objects/info'), { recursive: true });
    writeFileSync(join(scratch, 'objects/info/alternates'), `${real('objects')}\n`);
    const shallow = real('shallow');
    if (existsSync(shallow)) copyFileSync(shallow, join(scratch, 'shallow'));
    return await use({
      dir: scratch,
      head: headOf(dir),
      shallow: new Set(existsSync(shallow) ? readFileSync(shallow, 'utf8').split('\n').filter(Boolean) : []),
      branches: listRefs(dir)
        .filter(({ fullName }) => /^refs\/(heads|remotes)\//.test(fullName))
        .map(({ hash }) => hash),
    });
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function headOf(dir: string): string | null {
  try {
    return gitText(dir, ['rev-parse', '--verify', '--quiet', 'HEAD'], { env: noReplace });
  } catch {
    return null;
  }
}

/** Every ref that names something. */
export function listRefs(dir: string): { fullName: string; hash: string; target: string | null }[] {
  const format = '%(objectname)%00%(symref)%00%(refname)';
  const output = git(dir, ['for-each-ref', `--format=${format}`], { env: noReplace }).toString();
  return output
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [hash = '', target = '', fullName = ''] = line.split('\0');
      return { fullName, hash, target: target === '' ? null : target };
    });
}

/** Reads objects; the ones that aren't there are left out. */
export function readObjects(plain: Plain, hashes: Iterable<string>): Map<string, { type: string; body: Buffer }> {
  const output = git(plain.dir, ['cat-file', '--batch'], { input: [...hashes, ''].join('\n') });
  const objects = new Map<string, { type: string; body: Buffer }>();
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf('\n', at);
    const [hash = '', type = '', size] = output.toString('latin1', at, end).split(' ');
    at = end + 1;
    if (size === undefined) continue;
    objects.set(hash, { type, body: output.subarray(at, at + Number(size)) });
    at += Number(size) + 1;
  }
  return objects;
}

/** Sorts by the parts of a key, by code units and numbers. */
export function byKey<T>(rows: T[], ...key: (keyof T)[]): T[] {
  return rows.sort((a, b) => {
    const part = key.find((name) => a[name] !== b[name]);
    return part === undefined ? 0 : a[part] < b[part] ? -1 : 1;
  });
}

/** Text as the tables hold it: invalid bytes replaced, a byte order mark kept, NUL removed. */
export function text(body: Buffer): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(body).replaceAll('\0', '');
}
