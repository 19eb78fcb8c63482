import { once } from 'node:events';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { BlameRangeRecord } from '../../src/model/records.ts';
import { openStore } from '../../src/stores/open.ts';
import { startPostgres } from '../../test/support/postgres.ts';
import { spread } from '../support/statistics.ts';

/** Rows of a transaction, as stages write them. */
const BATCH = 2_000;

const REPOSITORY = '00000000-0000-8000-8000-000000000001';

/**
 * Writes ranges of blame to PostgreSQL through the store, and through COPY straight into the table: the limit, which neither
 * looks for what is there nor keeps it. Both by turns, a transaction a batch, on a server of its own.
 */
export async function benchPostgresql({ rows, rounds }: { rows: number; rounds: number }): Promise<void> {
  await using server = await startPostgres();
  const database = await server.createDatabase();
  const store = await openStore(server.url(database), { migrate: true });
  const client = new pg.Client({ connectionString: server.url(database) });
  await client.connect();
  const batches = Array.from({ length: Math.ceil(rows / BATCH) }, (_, index) => makeBatch(index));
  const ways: Record<string, () => Promise<void>> = {
    'COPY, the limit': async () => {
      for (const batch of batches) await copy(client, batch);
    },
    'store, new rows': async () => {
      for (const batch of batches) await store.write([{ table: 'git_blame_ranges', upsert: batch }]);
    },
    'store, the same rows again': async () => {
      for (const batch of batches) await store.write([{ table: 'git_blame_ranges', upsert: batch }]);
    },
    'store, the same files again': async () => {
      for (const batch of batches) await store.write(byFile(batch));
    },
  };
  const seconds = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, write] of Object.entries(ways)) {
      if (!name.includes('again')) await client.query('truncate git_blame_ranges; checkpoint');
      const begun = performance.now();
      await write();
      seconds.set(name, [...(seconds.get(name) ?? []), (performance.now() - begun) / 1000]);
    }
  }
  await client.end();
  await store.close();
  for (const [name, times] of seconds) {
    const speeds = spread(times.map((time) => (batches.length * BATCH) / time));
    if (speeds === undefined) continue;
    const [median, least, most] = [speeds.median, speeds.least, speeds.most].map((speed) => `${(speed / 1000).toFixed(1)}k`);
    console.log(`${name.padEnd(28)} ${median} rows/s (${least} to ${most})`);
  }
}

function makeBatch(number: number): BlameRangeRecord[] {
  return Array.from({ length: BATCH }, (_, index) => {
    const range = number * BATCH + index;
    const file = Math.floor(range / 40);
    return {
      repoId: REPOSITORY,
      path: `packages/package-${file % 50}/src/module-${file}.ts`,
      lineNo: (range % 40) * 3 + 1,
      lineCount: 3,
      commitHash: ((range * 7_919) % 5_000).toString(16).padStart(40, '0'),
      authorEmail: `author${range % 60}@example.com`,
      authorName: `Author "${range % 60}"`,
      authorWhen: new Date(1_600_000_000_000 + range * 1_000),
      origPath: `packages/package-${file % 50}/src/module-${file}.ts`,
      origLineNo: (range % 40) * 3 + 1,
    };
  });
}

/** As the stage of files and blame writes them. */
function byFile(batch: readonly BlameRangeRecord[]) {
  return [...Map.groupBy(batch, ({ path }) => path)].map(([path, rows]) => ({
    table: 'git_blame_ranges' as const,
    partition: { repoId: REPOSITORY, path },
    rows,
  }));
}

async function copy(client: pg.Client, batch: readonly BlameRangeRecord[]): Promise<void> {
  const now = new Date().toISOString();
  const text = batch.map((row) =>
    [
      ...[row.repoId, row.path, row.lineNo, row.lineCount, row.commitHash, row.authorEmail, row.authorName],
      ...[row.authorWhen?.toISOString(), row.origPath, row.origLineNo, now],
    ].join('\t'),
  );
  const stream = client.query(copyFrom('copy git_blame_ranges from stdin'));
  stream.end(`${text.join('\n')}\n`);
  await once(stream, 'finish');
}
