import { gitOutput } from './process.ts';
import type { GitRepository } from './repository.ts';
import { NUL, split } from './split.ts';

/** A blob in a tree: a file or a symbolic link. */
export interface TreeEntry {
  /** Exactly as git stores it: bytes that needn't be UTF-8. */
  path: Buffer;
  /** '100644', '100755' or '120000' */
  mode: string;
  hash: string;
}

/** Blobs of a commit's tree by path, in groups; submodules are left out. */
export async function* listTree(repository: GitRepository, commit: string): AsyncGenerator<TreeEntry[]> {
  const output = gitOutput(repository, ['ls-tree', '-r', '-z', '--full-tree', commit]);
  for await (const pieces of split(output, NUL)) {
    const entries = pieces.map(parseEntry).filter((entry) => entry.type === 'blob');
    if (entries.length > 0) yield entries;
  }
}

function parseEntry(piece: Buffer): TreeEntry & { type: string } {
  const tab = piece.indexOf('\t');
  const [mode = '', type = '', hash = ''] = piece.toString('latin1', 0, tab).split(' ');
  return { path: piece.subarray(tab + 1), mode, type, hash };
}

/**
 * Paths that a commit of the list changes against any of its parents, as latin1 text (one character a byte).
 * Renames count as both paths.
 */
export async function touchedPaths(repository: GitRepository, commits: AsyncIterable<string[]>): Promise<Set<string>> {
  const input = (async function* lines() {
    for await (const group of commits) yield `${group.join('\n')}\n`;
  })();
  const args = ['diff-tree', '--stdin', '--no-commit-id', '-r', '-m', '--root', '--no-renames', '--name-only', '-z', '--ignore-submodules=none'];
  const paths = new Set<string>();
  for await (const pieces of split(gitOutput(repository, args, { input }), NUL)) {
    for (const piece of pieces) paths.add(piece.toString('latin1'));
  }
  return paths;
}
