import { Interrupted } from '../model/errors.ts';
import { ByteReader } from './byte-reader.ts';
import { GitError } from './error.ts';
import { gitOutput, gitText } from './process.ts';
import type { GitRepository } from './repository.ts';

/** An object as `git cat-file --batch` gives it. */
export interface GitObject {
  hash: string;
  type: string;
  /** Bytes. */
  size: number;
  content: Buffer;
}

/**
 * Content of objects in the order of their hashes, as a stream: git reads ahead by what a pipe holds.
 * @param maxBytes Larger objects are cut to this many bytes.
 * @throws Interrupted if git ends without having answered for all of them.
 */
export async function* readObjects(repository: GitRepository, hashes: AsyncIterable<string[]>, maxBytes = Number.POSITIVE_INFINITY): AsyncGenerator<GitObject> {
  let open = 0;
  const input = (async function* lines() {
    for await (const group of hashes) {
      open += group.length;
      if (group.length > 0) yield `${group.join('\n')}\n`;
    }
  })();
  const reader = new ByteReader(gitOutput(repository, ['cat-file', '--batch', '--buffer'], { input }));
  try {
    for (;;) {
      const header = await reader.line();
      if (header === null) {
        if (open > 0) throw unanswered(open);
        return;
      }
      open -= 1;
      const { hash, type, size } = parseHeader(header);
      const content = await reader.bytes(Math.min(size, maxBytes));
      await reader.skip(size - content.length + 1);
      yield { hash, type, size, content };
    }
  } finally {
    await reader.close();
  }
}

/** One object after another, asked for as they are needed, from one git process. */
export class ObjectReader {
  readonly #requests: Requests;
  readonly #reader: ByteReader;
  #last: Promise<unknown> = Promise.resolve();

  constructor(repository: GitRepository) {
    this.#requests = new Requests();
    this.#reader = new ByteReader(gitOutput(repository, ['cat-file', '--batch'], { input: this.#requests }));
  }

  /**
   * Reads an object.
   * @param largest Of an object with more bytes just the first `head` are kept.
   * @throws GitError if it's missing or damaged; Interrupted if git ends without an answer.
   */
  read(hash: string, largest = Number.POSITIVE_INFINITY, head = 0): Promise<GitObject> {
    const result = this.#last.then(async () => {
      this.#requests.push(`${hash}\n`);
      const header = await this.#reader.line();
      if (header === null) throw unanswered(1);
      const { type, size } = parseHeader(header);
      const kept = size > largest ? head : size;
      const content = Buffer.from(await this.#reader.bytes(kept));
      await this.#reader.skip(size - kept + 1);
      return { hash, type, size, content };
    });
    this.#last = result.catch(() => undefined);
    return result;
  }

  async close(): Promise<void> {
    this.#requests.end();
    await this.#reader.close();
  }
}

/** Which of the objects a repository doesn't have. */
export async function missingObjects(repository: GitRepository, hashes: readonly string[]): Promise<Set<string>> {
  const answers = await checkObjects(repository, '%(objecttype)', hashes);
  return new Set(answers.flatMap((answer) => /^(\S+) missing$/.exec(answer)?.[1] ?? []));
}

/**
 * Looks objects up without reading them.
 * @param format Of `git cat-file --batch-check`; it says `<name> missing` where there is none.
 * @returns A line for each name, in their order.
 * @throws Interrupted if git ends without having answered for all of them.
 */
export async function checkObjects(repository: GitRepository, format: string, names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const answer = await gitText(repository, ['cat-file', `--batch-check=${format}`], { input: [`${names.join('\n')}\n`] });
  const lines = answer.split('\n').slice(0, -1);
  if (lines.length < names.length) throw unanswered(names.length - lines.length);
  return lines;
}

/** The end of git's output says nothing about the objects that it didn't reach. */
function unanswered(objects: number): Interrupted {
  return new Interrupted(`git cat-file ended without an answer for ${objects} objects`);
}

function parseHeader(header: string): { hash: string; type: string; size: number } {
  const [hash = '', type = '', size = ''] = header.split(' ');
  if (size === '') throw new GitError('cat-file', 0, `fatal: object ${hash} is ${type || 'missing'}`);
  return { hash, type, size: Number(size) };
}

/** Lines passed one by one to a process that reads them as they arrive. */
class Requests implements AsyncIterable<string> {
  #lines: string[] = [];
  #ended = false;
  #wake: () => void = () => undefined;

  push(line: string): void {
    this.#lines.push(line);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    for (;;) {
      if (this.#lines.length > 0) {
        const lines = this.#lines.join('');
        this.#lines = [];
        yield lines;
      } else if (this.#ended) {
        return;
      } else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
