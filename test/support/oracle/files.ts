import type { FileRecord } from '../../../src/schema/git-files.ts';
import { git } from '../git.ts';
import { byKey, type OracleOptions, type Plain, readObjects, text, withPlain } from './plain.ts';

export interface TreeFile {
  mode: string;
  hash: string;
  /** A character a byte. */
  path: string;
  body: Buffer;
}

/** Blobs and links of HEAD's tree. */
export function readTree(plain: Plain): TreeFile[] {
  if (plain.head === null) return [];
  const output = git(plain.dir, ['ls-tree', '-r', '-z', '--full-tree', plain.head]).toString('latin1');
  const files = [...output.matchAll(/(\d{6}) blob ([0-9a-f]+)\t([^\0]+)\0/g)];
  const bodies = readObjects(plain, new Set(files.map(([, , hash = '']) => hash)));
  return files.map(([, mode = '', hash = '', path = '']) => {
    const body = bodies.get(hash)?.body;
    if (body === undefined) throw new Error(`There is no blob ${hash} for ${path}.`);
    return { mode, hash, path, body };
  });
}

export const isBinary = (body: Buffer): boolean => body.subarray(0, 8_000).includes(0);

/** Rows of git_files, sorted by path. */
export async function expectedFiles(dir: string, { repoId }: OracleOptions): Promise<FileRecord[]> {
  return withPlain(dir, (plain) => {
    const rows = readTree(plain).map(({ mode, hash, path, body }) => ({
      repoId,
      path: text(Buffer.from(path, 'latin1')),
      executable: mode === '100755',
      contents: isBinary(body) || body.length >= 1_000_000 ? null : text(body),
      size: body.length,
      hash,
    }));
    return byKey(rows, 'path');
  });
}
