import { gitOutput } from './process.ts';
import type { GitRepository } from './repository.ts';
import { NUL, split } from './split.ts';
import { decodeText } from './text.ts';

/** What one commit did to one file, against its first parent (a root commit: against nothing). */
export interface FileStat {
  path: string;
  /** Where a renamed file was before. */
  oldPath: string | null;
  additions: number;
  deletions: number;
  oldMode: string;
  newMode: string;
}

/** A commit and what it changed; empty for a commit that changed nothing. */
export interface CommitStats {
  hash: string;
  files: FileStat[];
}

/**
 * Renames are found at 50% without a limit on their number. `--always` also lists commits without changes,
 * so that the position in the list can be counted from the output.
 */
const DIFF_TREE = ['diff-tree', '--stdin', '--always', '-r', '--root', '-M50%', '-l0', '--diff-merges=first-parent'];
const FORMAT = ['--raw', '--numstat', '-z', '--no-abbrev', '--no-ext-diff', '--no-textconv', '--ignore-submodules=none'];

/** Commits a git process handles before the next one takes over: their output mostly fits into a pipe. */
const CHUNK = 256;

/**
 * Stats of commits in the order of their hashes. `processes` git processes work ahead, each on the next part of
 * the list, and stop where their pipe is full, so memory doesn't grow with the history.
 */
export async function* readStats(repository: GitRepository, hashes: AsyncIterable<string[]>, processes: number): AsyncGenerator<CommitStats> {
  const ahead: AsyncIterableIterator<Buffer>[] = [];
  try {
    for await (const chunk of chunks(hashes, CHUNK)) {
      ahead.push(gitOutput(repository, [...DIFF_TREE, ...FORMAT], { input: [`${chunk.join('\n')}\n`] }));
      if (ahead.length > processes - 1) yield* first(ahead);
    }
    while (ahead.length > 0) yield* first(ahead);
  } finally {
    for (const output of ahead) await output.return?.();
  }
}

/** Stats of commits in their order, each against a given commit instead of its parent, from one git process. */
export function readStatsBetween(repository: GitRepository, pairs: readonly { base: string; head: string }[]): AsyncGenerator<CommitStats> {
  // Commits that follow one in a line stand for its parents.
  const input = pairs.map(({ base, head }) => `${head} ${base}\n`);
  return parse(gitOutput(repository, [...DIFF_TREE, ...FORMAT], { input }));
}

async function* first(ahead: AsyncIterableIterator<Buffer>[]): AsyncGenerator<CommitStats> {
  const [output] = ahead;
  if (output === undefined) return;
  yield* parse(output);
  ahead.shift();
}

async function* chunks(hashes: AsyncIterable<string[]>, size: number): AsyncGenerator<string[]> {
  let chunk: string[] = [];
  for await (const group of hashes) {
    for (const hash of group) {
      chunk.push(hash);
      if (chunk.length === size) {
        yield chunk;
        chunk = [];
      }
    }
  }
  if (chunk.length > 0) yield chunk;
}

/**
 * Reads `<hash>`, then `:modes hashes status`, path(s) per file, then `additions deletions path` per file, all cut
 * by NUL. A path can look like anything, so its position decides what a piece is, never its content.
 */
async function* parse(output: AsyncIterable<Buffer>): AsyncGenerator<CommitStats> {
  let commit: CommitStats | undefined;
  let files = new Map<string, FileStat>();
  let expected: ((piece: Buffer) => void) | undefined;

  const raw = (header: string) => {
    const [oldMode = '', newMode = '', , , status = ''] = header.slice(1).split(' ');
    const file: FileStat = { path: '', oldPath: null, additions: 0, deletions: 0, oldMode, newMode };
    const takePath = (piece: Buffer) => {
      file.path = decodeText(piece);
      files.set(piece.toString('latin1'), file);
      commit?.files.push(file);
      expected = undefined;
    };
    expected = takePath;
    if (status.startsWith('R')) {
      expected = (piece) => {
        file.oldPath = decodeText(piece);
        expected = takePath;
      };
    }
  };

  const numstat = (piece: Buffer) => {
    const text = piece.toString('latin1');
    const [additions = '', deletions = ''] = text.split('\t', 2);
    const path = text.slice(additions.length + deletions.length + 2);
    const take = (name: string) => {
      const file = files.get(name);
      if (file === undefined) throw new Error(`git counted lines of a file it didn't list in commit ${commit?.hash}`);
      // '-' stands for binary.
      file.additions = Number(additions) || 0;
      file.deletions = Number(deletions) || 0;
      expected = undefined;
    };
    if (path !== '') {
      take(path);
    } else {
      // A rename: the two paths follow, the old one first.
      expected = () => {
        expected = (newPath) => take(newPath.toString('latin1'));
      };
    }
  };

  for await (const pieces of split(output, NUL)) {
    for (const piece of pieces) {
      if (expected !== undefined) {
        expected(piece);
      } else if (piece[0] === COLON) {
        raw(piece.toString('latin1'));
      } else if (piece.includes(TAB)) {
        numstat(piece);
      } else {
        if (commit !== undefined) yield commit;
        commit = { hash: piece.toString('latin1'), files: [] };
        files = new Map();
      }
    }
  }
  if (commit !== undefined) yield commit;
}

const COLON = 0x3a;
const TAB = 0x09;
