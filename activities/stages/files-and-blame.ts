import { pMapIterable } from 'p-map';
import { z } from 'zod';
import { AuthorReader } from '../../src/git/authors.ts';
import { type BlameRange, blame } from '../../src/git/blame.ts';
import type { Identity } from '../../src/git/commit.ts';
import { writeCommitGraph } from '../../src/git/commit-graph.ts';
import { ObjectReader } from '../../src/git/objects.ts';
import { decodeText } from '../../src/git/text.ts';
import type { TreeEntry } from '../../src/git/tree.ts';
import { itemsOf } from '../../src/model/groups.ts';
import type { Batch, StageContext } from '../../src/providers/stage.ts';
import type { BlameRangeRecord } from '../../src/schema/git-blame-ranges.ts';
import type { FileRecord } from '../../src/schema/git-files.ts';
import { BINARY_LOOK, CONTENTS_LIMIT, isBinary, skipsBlame } from './blame-rules.ts';
import { type FilePlan, planFiles, savedFiles } from './changed-files.ts';
import { IDLE, withIdle } from './idle.ts';
import { listPosition, resumePosition, skipItems } from './positions.ts';
import type { StageModule } from './stage-module.ts';

/** Limits at which a batch is written. */
const ROWS_PER_BATCH = 2_000;
const BYTES_PER_BATCH = 4_000_000;
const BATCH_AGE_MS = 1_000;

/** Files read ahead of the current one; each may hold contents of up to a megabyte. */
const READ_AHEAD = 16;

/** Number of files from which on a commit-graph saves more time than it takes to write. */
const MIN_FILES_FOR_GRAPH = 50;

/** `line`: rows of the file at the position are written up to that line. */
const position = listPosition.extend({ line: z.int().nonnegative().default(0) });

type Position = z.infer<typeof position>;
type Saved = z.infer<typeof savedFiles>;

/** Files at the pinned head with their contents, and who wrote their lines. */
export const filesAndBlameStage = {
  name: 'files-and-blame',
  tables: ['git_files', 'git_blame_ranges'],
  reads: 'git',
  cursor: { version: 1, position, saved: savedFiles },
  probe: 'git',
  hasUnfinishedWork: ({ unfinishedTips }) => unfinishedTips !== undefined,
  plan: (context) => planFiles(context),
  read: readFilesAndBlame,
} satisfies StageModule<Position, Saved, FilePlan>;

async function* readFilesAndBlame(context: StageContext<Position, Saved>, plan: FilePlan): AsyncGenerator<Batch<Position>, Saved> {
  const { git, pin, repository } = context;
  const { entries, total, removed, incremental } = plan;
  let position = resumePosition(context.cursor, incremental);
  let line = context.cursor?.incremental === incremental ? context.cursor.line : 0;
  const batch = (changes: Batch['changes']): Batch<Position> => ({ changes, cursor: { position, line, incremental }, done: position, total });

  if (position === 0 && line === 0) {
    for await (const paths of removed) {
      const keys = paths.map((path) => ({ repoId: repository.id, path }));
      yield batch([
        { table: 'git_files', delete: keys },
        { table: 'git_blame_ranges', delete: keys },
      ]);
    }
  }
  if (pin.head !== null && total - position >= MIN_FILES_FOR_GRAPH) await writeCommitGraph(git, [pin.head]);

  const reader = new FileReader(context);
  try {
    let changes: Batch['changes'] = [];
    let rows = 0;
    let bytes = 0;
    let begun = Date.now();
    const isFull = () => rows >= ROWS_PER_BATCH || bytes >= BYTES_PER_BATCH || Date.now() - begun >= BATCH_AGE_MS;
    const take = () => {
      const taken = batch(changes);
      changes = [];
      rows = 0;
      bytes = 0;
      begun = Date.now();
      return taken;
    };
    const files = pMapIterable(itemsOf(skipItems(entries(), position)), (entry) => reader.read(entry), {
      concurrency: context.processes,
      backpressure: READ_AHEAD,
    });
    for await (const next of withIdle(files, BATCH_AGE_MS)) {
      if (next === IDLE) {
        // A file that git blames for minutes doesn't delay the files before it.
        if (changes.length > 0) yield take();
        continue;
      }
      const { file, blamed } = next;
      const partition = { repoId: file.repoId, path: file.path };
      // An earlier attempt that began a file has written its row.
      if (line === 0) {
        changes.push({ table: 'git_files', upsert: [file] });
        rows += 1;
        bytes += file.contents?.length ?? 0;
      }
      // A batch replaces a part of the file's ranges: their number has no limit.
      let ranges: BlameRangeRecord[] = [];
      for await (const group of blamed) {
        const more = group.filter(({ lineNo }) => lineNo > line);
        ranges = ranges.concat(await reader.toRecords(file.path, more));
        rows += more.length;
        const last = ranges.at(-1)?.lineNo;
        if (last === undefined || !isFull()) continue;
        changes.push({ table: 'git_blame_ranges', partition, rows: ranges, part: { above: line, upTo: last } });
        line = last;
        ranges = [];
        yield take();
      }
      changes.push({ table: 'git_blame_ranges', partition, rows: ranges, ...(line > 0 && { part: { above: line } }) });
      line = 0;
      position += 1;
      if (isFull()) yield take();
    }
    yield take();
  } finally {
    await reader.close();
  }
  return { shallow: plan.shallow };
}

/** A file and its ranges as they are read. */
interface BlamedFile {
  file: FileRecord;
  blamed: AsyncIterable<BlameRange[]>;
}

/** Reads files through two git processes, and blames each in a process of its own. */
class FileReader {
  readonly #context: Pick<StageContext, 'git' | 'pin' | 'repository'>;
  readonly #blobs: ObjectReader;
  readonly #authors: AuthorReader;
  /** Blames whose output hasn't been read to the end. */
  readonly #open = new Set<AsyncGenerator<BlameRange[]>>();

  constructor(context: Pick<StageContext, 'git' | 'pin' | 'repository'>) {
    this.#context = context;
    this.#blobs = new ObjectReader(context.git);
    this.#authors = new AuthorReader(context.git);
  }

  /** Resolves once git has blamed the file; for a large file at once, so that git's output isn't held in memory. */
  async read(entry: TreeEntry): Promise<BlamedFile> {
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
    if (binary || size === 0 || skipsBlame(path)) return { file, blamed: none() };
    const ranges = blame(this.#context.git, String(this.#context.pin.head), entry.path);
    this.#open.add(ranges);
    const first = size < CONTENTS_LIMIT ? await ranges.next() : undefined;
    return { file, blamed: this.#rest(first, ranges) };
  }

  async toRecords(path: string, ranges: readonly BlameRange[]): Promise<BlameRangeRecord[]> {
    const authors = await this.#authors.read(ranges.map(({ commit }) => commit));
    return ranges.map((range) => {
      const author = authors.get(range.commit) as Identity;
      return {
        repoId: this.#context.repository.id,
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

  async close(): Promise<void> {
    // Not awaited: git may still be running. Whoever stopped reading has the reason already.
    for (const ranges of this.#open) ranges.return(undefined).catch(() => undefined);
    await this.#blobs.close();
    await this.#authors.close();
  }

  async *#rest(first: IteratorResult<BlameRange[]> | undefined, ranges: AsyncGenerator<BlameRange[]>): AsyncGenerator<BlameRange[]> {
    if (first !== undefined && first.done !== true) yield first.value;
    if (first?.done !== true) yield* ranges;
    this.#open.delete(ranges);
  }
}

async function* none(): AsyncGenerator<never> {}
