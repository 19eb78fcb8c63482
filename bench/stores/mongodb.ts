import type { Document } from 'mongodb';
import type { BlameRangeRecord, CommitStatRecord } from '../../src/model/records.ts';
import { openStore } from '../../src/stores/open.ts';
import type { Change } from '../../src/stores/store.ts';
import { startMongo } from '../../test/support/mongo.ts';

/** Rows of a write, as stages write them. */
const BATCH = 2_000;

/** Ranges of a file. */
const RANGES = 40;

const REPOSITORY = '00000000-0000-8000-8000-000000000001';

/** One kind of rows: how the store gets them, and the documents that they are. */
interface Kind {
  table: 'git_commit_stats' | 'git_blame_ranges';
  rows: number;
  make: (index: number) => { row: CommitStatRecord | BlameRangeRecord; id: string };
  changes: (rows: never[]) => Change[];
}

/**
 * Writes stats and ranges of blame to MongoDB through the store, and the same documents through the driver's own `insertMany`:
 * the limit, which doesn't look for what is there. Both by turns, batch by batch, into databases of their own on one server.
 */
export async function benchMongodb({ stats, ranges }: { stats: number; ranges: number }): Promise<void> {
  await using server = await startMongo();
  const names = { store: server.newName(), limit: server.newName() };
  const store = await openStore(server.url(names.store));
  const kinds: Kind[] = [
    { table: 'git_commit_stats', rows: stats, make: makeStat, changes: (upsert) => [{ table: 'git_commit_stats', upsert }] },
    { table: 'git_blame_ranges', rows: ranges, make: makeRange, changes: byFile },
  ];
  for (const { table, rows, make, changes } of kinds) {
    const limit = server.client.db(names.limit).collection<Document>(table);
    const seconds = { store: 0, limit: 0 };
    const cpu = { store: 0, limit: 0 };
    const timed = async (way: keyof typeof seconds, write: () => Promise<unknown>) => {
      const [begun, usage] = [performance.now(), process.cpuUsage()];
      await write();
      seconds[way] += (performance.now() - begun) / 1000;
      const { user, system } = process.cpuUsage(usage);
      cpu[way] += user + system;
    };
    for (let begin = 0; begin < rows; begin += BATCH) {
      const batch = Array.from({ length: Math.min(BATCH, rows - begin) }, (_, index) => make(begin + index));
      const documents = batch.map(({ row, id }) => document(id, row));
      const change = changes(batch.map(({ row }) => row) as never[]);
      const ways = [() => timed('limit', () => limit.insertMany(documents, { ordered: false })), () => timed('store', () => store.write(change))];
      for (const way of (begin / BATCH) % 2 === 0 ? ways : ways.reverse()) await way();
    }
    const [ours, raw] = [rows / seconds.store, rows / seconds.limit].map((speed) => `${(speed / 1000).toFixed(1)}k rows/s`);
    console.log(
      `${table}, ${rows} rows: store ${ours}, insertMany ${raw}, ratio ${(seconds.limit / seconds.store).toFixed(2)}, of CPU time in this process ${(cpu.limit / cpu.store).toFixed(2)}`,
    );
  }
  await store.close();
  console.log(`memory: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB at most`);
}

function makeStat(index: number): { row: CommitStatRecord; id: string } {
  const commitHash = Math.floor(index / 4)
    .toString(16)
    .padStart(40, '0');
  const filePath = `packages/package-${index % 50}/src/module-${index % 2_000}.ts`;
  return {
    id: `${REPOSITORY}|${commitHash}|${filePath}`,
    row: {
      repoId: REPOSITORY,
      commitHash,
      filePath,
      oldFilePath: null,
      additions: index % 90,
      deletions: index % 7,
      oldFileMode: '100644',
      newFileMode: '100644',
    },
  };
}

function makeRange(index: number): { row: BlameRangeRecord; id: string } {
  const file = Math.floor(index / RANGES);
  const path = `packages/package-${file % 50}/src/module-${file}.ts`;
  const lineNo = (index % RANGES) * 3 + 1;
  return {
    id: `${REPOSITORY}|${path}|${String(lineNo).padStart(10, '0')}`,
    row: {
      repoId: REPOSITORY,
      path,
      lineNo,
      lineCount: 3,
      commitHash: ((index * 7_919) % 5_000).toString(16).padStart(40, '0'),
      authorEmail: `author${index % 60}@example.com`,
      authorName: `Author "${index % 60}"`,
      authorWhen: new Date(1_600_000_000_000 + index * 1_000),
      origPath: path,
      origLineNo: lineNo,
    },
  };
}

/** As the stage of files and blame writes them. */
function byFile(rows: BlameRangeRecord[]): Change[] {
  return [...Map.groupBy(rows, ({ path }) => path)].map(([path, ranges]) => ({
    table: 'git_blame_ranges',
    partition: { repoId: REPOSITORY, path },
    rows: ranges,
  }));
}

/** What the store makes of a row. */
function document(id: string, row: object): Document {
  const fields = Object.entries(row).map(([name, value]) => [name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), value]);
  return { _id: id, ...Object.fromEntries(fields), last_synced: new Date() };
}
