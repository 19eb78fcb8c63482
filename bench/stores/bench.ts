import { memoryOf } from '../support/memory.ts';
import { start } from '../support/run.ts';
import { mongodb } from './limits/mongodb.ts';
import { postgresql } from './limits/postgresql.ts';
import { sqlite } from './limits/sqlite.ts';
import { type BenchTable, changesOf, makeRow } from './rows.ts';
import type { Subject } from './subject.ts';

const SUBJECTS = { sqlite, postgresql, mongodb };

/** Databases that can be measured. */
export const DATABASES = Object.keys(SUBJECTS) as (keyof typeof SUBJECTS)[];

/** Rows of a write, as stages write them. */
const BATCH = 2_000;

/** How many rows of each kind are written. */
export interface Amounts {
  stats: number;
  ranges: number;
  signal: AbortSignal;
}

/**
 * Writes the same new rows into each database through the store and by the quickest way that the database has, and prints
 * rows per second of both, from the same records, beside their ratio. Each database has a process of its own, so that each one's memory is its own.
 */
export async function benchStores(databases: readonly (keyof typeof SUBJECTS)[], amounts: Amounts): Promise<void> {
  const [database] = databases;
  if (database !== undefined && databases.length === 1) return measure(await SUBJECTS[database](), database, amounts);
  for (const each of databases) {
    const words = [String(process.argv[1]), 'stores', each, '--stats', String(amounts.stats), '--ranges', String(amounts.ranges)];
    const { child, ended } = start(process.execPath, words, { signal: amounts.signal }, 'pipe');
    child.stdout?.pipe(process.stdout, { end: false });
    await ended;
  }
}

async function measure(subject: Subject, database: string, { stats, ranges }: Amounts): Promise<void> {
  await using disposed = subject;
  const kinds = [['git_commit_stats', stats] as const, ['git_blame_ranges', ranges] as const];
  await warmUp(disposed, database, kinds);
  for (const [table, rows] of kinds) {
    const { ours, raw } = await race(disposed, table, rows);
    const speeds = [rows / ours, rows / raw].map((speed) => `${(speed / 1_000).toFixed(1)}k rows/s`);
    console.log(`${database}, ${rows} rows of ${table}: store ${speeds[0]}, ${disposed.limit} ${speeds[1]}, ratio ${(raw / ours).toFixed(2)}`);
  }
}

/** Writes a fifth as many other rows through the store alone, and prints what memory that takes. */
async function warmUp({ store }: Subject, database: string, kinds: readonly (readonly [BenchTable, number])[]): Promise<void> {
  const idle = await memoryOf(process.pid);
  let written = 0;
  for (const [table, rows] of kinds) {
    for (const batch of batches(table, rows, rows / 5)) {
      await store.write(changesOf(table, batch));
      written += batch.length;
    }
  }
  const end = await memoryOf(process.pid);
  if (idle === undefined || end === undefined) return;
  const megabytes = (bytes: number) => Math.round(bytes / 1e6);
  console.log(`${database}: ${megabytes(idle.resident)} MB idle, ${megabytes(end.peak - idle.resident)} MB more at most while ${written} rows were written`);
}

/** Seconds of both ways, which go by turns, batch by batch, so that whatever slows the machine slows both. */
async function race({ store, raw }: Subject, table: BenchTable, rows: number): Promise<{ ours: number; raw: number }> {
  const seconds = { ours: 0, raw: 0 };
  const timed = async (way: keyof typeof seconds, write: () => Promise<void>) => {
    const begun = performance.now();
    await write();
    seconds[way] += (performance.now() - begun) / 1_000;
  };
  let rawFirst = true;
  for (const batch of batches(table, 0, rows)) {
    const changes = changesOf(table, batch);
    const ways = [() => timed('raw', () => raw(table, batch)), () => timed('ours', () => store.write(changes))];
    for (const way of rawFirst ? ways : ways.toReversed()) await way();
    rawFirst = !rawFirst;
  }
  return seconds;
}

function* batches(table: BenchTable, begin: number, count: number): Generator<ReturnType<typeof makeRow>[]> {
  for (let done = 0; done < count; done += BATCH) {
    yield Array.from({ length: Math.min(BATCH, count - done) }, (_, index) => makeRow(table, begin + done + index));
  }
}
