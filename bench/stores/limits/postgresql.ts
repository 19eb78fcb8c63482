import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { openStore } from '../../../src/stores/open.ts';
import { startPostgres } from '../../../test/support/postgres.ts';
import { columnsOf, valuesOf } from '../rows.ts';
import type { Subject } from '../subject.ts';

/** A PostgreSQL server of its own, whose commits wait for the disk as users' do. The limit is COPY into tables without any index. */
export async function postgresql(): Promise<Subject> {
  const server = await startPostgres({ fsync: 'on' });
  const database = await server.createDatabase();
  const store = await openStore(server.url(database), { migrate: true });
  const client = new pg.Client({ connectionString: server.url(database) });
  await client.connect();
  for (const table of ['git_commit_stats', 'git_blame_ranges']) await client.query(`create table limit_${table} (like ${table})`);
  return {
    store,
    limit: 'COPY',
    raw: async (table, rows) => {
      const now = new Date().toISOString();
      const names = [...columnsOf(table), 'last_synced'];
      let text = '';
      for (const row of rows) text += `${valuesOf(row).map(field).join('\t')}\t${now}\n`;
      await pipeline(Readable.from([text]), client.query(copyFrom(`copy limit_${table} (${names.join(', ')}) from stdin`)));
    },
    [Symbol.asyncDispose]: async () => {
      await client.end();
      await store.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

function field(value: string | number | Date | null): string | number {
  if (value === null) return '\\N';
  return value instanceof Date ? value.toISOString() : value;
}
