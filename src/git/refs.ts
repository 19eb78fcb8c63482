import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { gitOutput, gitText } from './process.ts';
import type { GitRepository } from './repository.ts';
import { NEWLINE, split } from './split.ts';
import { decodeText } from './text.ts';

/** A ref as it was when it was pinned. */
export interface Ref {
  name: string;
  hash: string;
  /** Type of the object it names. */
  type: string;
  /** Ref that a symbolic ref names, else ''. */
  target: string;
}

const FORMAT = '%(refname)%00%(objectname)%00%(objecttype)%00%(symref)';

/**
 * Writes all refs of a repository into a file, which later readers take for the repository's refs however much it
 * moves meanwhile.
 * @param head What HEAD names ('' while there is no commit); part of the digest.
 * @returns SHA-256 (hex) over HEAD and all refs: the same as long as nothing has changed.
 */
export async function pinRefs(repository: GitRepository, head: string, file: string): Promise<string> {
  const digest = createHash('sha256').update(`${head}\n`);
  const target = await open(file, 'w');
  try {
    for await (const chunk of gitOutput(repository, ['for-each-ref', `--format=${FORMAT}`])) {
      digest.update(chunk);
      await target.appendFile(chunk);
    }
  } finally {
    await target.close();
  }
  return digest.digest('hex');
}

/** Refs that {@link pinRefs} wrote, by name, in groups. */
export async function* readPinnedRefs(file: string): AsyncGenerator<Ref[]> {
  for await (const lines of split(createReadStream(file), NEWLINE)) {
    yield lines.map((line) => {
      const [name = '', hash = '', type = '', target = ''] = line.toString('latin1').split('\0');
      return { name: decodeText(Buffer.from(name, 'latin1')), hash, type, target: decodeText(Buffer.from(target, 'latin1')) };
    });
  }
}

/** What tag objects peel to however deep they are nested: hash by tag, null where it isn't a commit. */
export async function peelTags(repository: GitRepository, tags: readonly string[]): Promise<Map<string, string | null>> {
  if (tags.length === 0) return new Map();
  const input = [tags.map((tag) => `${tag}^{}\n`).join('')];
  const answer = await gitText(repository, ['cat-file', '--batch-check=%(objectname) %(objecttype)'], { input });
  const lines = answer.split('\n');
  return new Map(
    tags.map((tag, index) => {
      const [hash = '', type] = (lines[index] ?? '').split(' ');
      return [tag, type === 'commit' ? hash : null];
    }),
  );
}
