import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { GitError } from './error.ts';
import { checkObjects } from './objects.ts';
import { gitOutput } from './process.ts';
import type { GitRepository } from './repository.ts';
import { NEWLINE, split } from './split.ts';
import { decodeText } from './text.ts';

const LINE_END = Buffer.from('\n');

/** A ref as it was when it was pinned. */
export interface Ref {
  name: string;
  hash: string;
  /** Ref that a symbolic ref names, else ''. */
  target: string;
}

/** Names no field for which git would open an object, and fetch a missing one with whatever the repository says. */
const FORMAT = '%(refname)%00%(objectname)%00%(symref)';

/** Git's warning about a ref that it skips because its file is damaged. */
const BROKEN_REF = /^warning: ignoring broken ref /m;

/**
 * Writes a snapshot of all refs of a repository into a file, which later stages read even if the repository has
 * changed since.
 * @param head What HEAD names ('' if there is no commit); part of the digest.
 * @param hidden Prefix of refs that are excluded.
 * @returns SHA-256 (hex) of HEAD and all refs: unchanged as long as they are.
 * @throws GitError, also for a ref that can't be read.
 */
export async function pinRefs(repository: GitRepository, head: string, file: string, hidden?: string): Promise<string> {
  const digest = createHash('sha256').update(`${head}\n`);
  const target = await open(file, 'w');
  try {
    const output = gitOutput(repository, ['for-each-ref', `--format=${FORMAT}`], { refuse: BROKEN_REF });
    for await (const chunk of hidden === undefined ? output : linesWithout(output, hidden)) {
      digest.update(chunk);
      await target.appendFile(chunk);
    }
  } finally {
    await target.close();
  }
  return digest.digest('hex');
}

/** Older versions of git have no option for it. */
async function* linesWithout(output: AsyncIterable<Buffer>, prefix: string): AsyncGenerator<Buffer> {
  const start = Buffer.from(prefix);
  for await (const lines of split(output, NEWLINE)) {
    const kept = lines.filter((line) => !line.subarray(0, start.length).equals(start));
    if (kept.length > 0) yield Buffer.concat(kept.flatMap((line) => [line, LINE_END]));
  }
}

/** Refs that {@link pinRefs} wrote, by name, in groups. */
export async function* readPinnedRefs(file: string): AsyncGenerator<Ref[]> {
  for await (const lines of split(createReadStream(file), NEWLINE)) {
    yield lines.map((line) => {
      const [name = '', hash = '', target = ''] = line.toString('latin1').split('\0');
      return { name: decodeText(Buffer.from(name, 'latin1')), hash, target: decodeText(Buffer.from(target, 'latin1')) };
    });
  }
}

/** An object and what it peels to: tags are followed, however deeply nested. */
export interface Peeled {
  /** Type of the object itself. */
  type: string;
  /** The commit, tree or blob at the end, and its type. */
  hash: string;
  endType: string;
}

/**
 * Looks up the objects that refs name.
 * @throws GitError if one is missing; Interrupted if git ends without an answer.
 */
export async function peel(repository: GitRepository, hashes: readonly string[]): Promise<Map<string, Peeled>> {
  const names = hashes.flatMap((hash) => [hash, `${hash}^{}`]);
  const lines = (await checkObjects(repository, '%(objectname) %(objecttype)', names)).map((line) => line.split(' '));
  return new Map(
    hashes.map((hash, index) => {
      const [, type = ''] = lines[2 * index] ?? [];
      const [end = '', endType = ''] = lines[2 * index + 1] ?? [];
      if (type === 'missing' || endType === 'missing') throw new GitError('cat-file', 0, `fatal: object ${hash}, which a ref names, is missing`);
      return [hash, { type, hash: end, endType }];
    }),
  );
}
