import { pMapIterable } from 'p-map';
import { AuthorReader } from '../../src/git/authors.ts';
import { blame } from '../../src/git/blame.ts';
import { writeCommitGraph } from '../../src/git/commit-graph.ts';
import { ObjectReader } from '../../src/git/objects.ts';
import { decodeText } from '../../src/git/text.ts';
import type { TreeEntry } from '../../src/git/tree.ts';
import type { BlameRangeRecord, FileRecord } from '../../src/model/records.ts';
import type { Batch, Cursor, StageContext } from '../../src/sources/stage.ts';
import { BINARY_LOOK, CONTENTS_LIMIT, isBinary, skipsBlame } from './blame-rules.ts';
import { planFiles } from './changed-files.ts';
import { reached, skip } from './positions.ts';

/** A batch is written when it holds so much, or is so old. */
const ROWS_PER_BATCH = 2_000;
const BYTES_PER_BATCH = 4_000_000;
const BATCH_AGE_MS = 1_000;

/** Files read ahead of the one whose turn it is; each may hold contents of up to a megabyte. */
const READ_AHEAD = 16;

/** From so many files on, the time that a commit-graph takes is won back by blame. */
const FILES_WORTH_A_GRAPH = 50;

/** Files at the pinned head with their contents, and who wrote their lines. Cursor: `position` in the list of files to read, see {@link reached}. */
export async function* readFilesAndBlame(context: StageContext): AsyncGenerator<Batch, Cursor> {
  const { git, pin, repository } = context;
  const { entries, total, removed, incremental } = await planFiles(context);
  let position = reached(context, incremental);
  const batch = (changes: Batch['changes']): Batch => ({ changes, cursor: { position, incremental }, done: position, total });

  if (position === 0) {
    for await (const paths of removed) {
      const keys = paths.map((path) => ({ repoId: repository.id, path }));
      yield batch([
        { table: 'git_files', delete: keys },
        { table: 'git_blame_ranges', delete: keys },
      ]);
    }
  }
  if (pin.head !== null && total - position >= FILES_WORTH_A_GRAPH) await writeCommitGraph(git, [pin.head]);

  const reader = new FileReader(context);
  try {
    let changes: Batch['changes'] = [];
    let rows = 0;
    let bytes = 0;
    let begun = Date.now();
    const files = pMapIterable(flat(skip(entries(), position)), (entry) => reader.read(entry), { concurrency: context.processes, backpressure: READ_AHEAD });
    for await (const { file, ranges } of files) {
      changes.push({ table: 'git_files', upsert: [file] }, { table: 'git_blame_ranges', partition: { repoId: file.repoId, path: file.path }, rows: ranges });
      rows += 1 + ranges.length;
      bytes += file.contents?.length ?? 0;
      position += 1;
      if (rows >= ROWS_PER_BATCH || bytes >= BYTES_PER_BATCH || Date.now() - begun >= BATCH_AGE_MS) {
        yield batch(changes);
        changes = [];
        rows = 0;
        bytes = 0;
        begun = Date.now();
      }
    }
    yield batch(changes);
  } finally {
    await reader.close();
  }
  return { shallow: context.shallow };
}

async function* flat<T>(groups: AsyncIterable<T[]>): AsyncGenerator<T> {
  for await (const group of groups) yield* group;
}

/** Reads files one by one through two git processes, and blames each through one of its own. */
class FileReader {
  readonly #context: StageContext;
  readonly #blobs: ObjectReader;
  readonly #authors: AuthorReader;

  constructor(context: StageContext) {
    this.#context = context;
    this.#blobs = new ObjectReader(context.git);
    this.#authors = new AuthorReader(context.git);
  }

  async read(entry: TreeEntry): Promise<{ file: FileRecord; ranges: BlameRangeRecord[] }> {
    const { content, size } = await this.#blobs.read(entry.hash, CONTENTS_LIMIT - 1, BINARY_LOOK);
    const path = decodeText(entry.path);
    const binary = isBinary(content);
    const file: FileRecord = {
      repoId: this.#context.repository.id,
      path,
      executable: entry.mode === '100755',
      contents: binary || size >= CONTENTS_LIMIT ? null : decodeText(content),
      size,
      hash: entry.hash,
    };
    return { file, ranges: binary || size === 0 || skipsBlame(path) ? [] : await this.#blame(entry, path) };
  }

  async close(): Promise<void> {
    await this.#blobs.close();
    await this.#authors.close();
  }

  async #blame(entry: TreeEntry, path: string): Promise<BlameRangeRecord[]> {
    const { git, pin, repository } = this.#context;
    const ranges = await blame(git, String(pin.head), entry.path);
    const authors = await this.#authors.read(ranges.map(({ commit }) => commit));
    return ranges.flatMap((range) => {
      const author = authors.get(range.commit);
      if (author === undefined) return [];
      return {
        repoId: repository.id,
        path,
        lineNo: range.lineNo,
        lineCount: range.lineCount,
        commitHash: range.commit,
        authorEmail: author.email,
        authorName: author.name,
        authorWhen: author.when,
        origPath: range.origPath,
        origLineNo: range.origLineNo,
      };
    });
  }
}
