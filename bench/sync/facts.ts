import { DatabaseSync } from 'node:sqlite';

/** Tables that hold what was read, not how it was. */
const FACT_TABLES = [
  'repos',
  'git_refs',
  'git_commits',
  'git_commit_stats',
  'git_files',
  'git_blame_ranges',
  'git_pull_requests',
  'git_pull_request_reviews',
] as const;

/** How many rows of facts one database has that another one lacks, by table; tables without any are left out. */
export function missingRows(path: string, other: string): Record<string, number> {
  using database = new DatabaseSync(path, { readOnly: true });
  database.prepare('attach ? as other').run(other);
  const counts = FACT_TABLES.map((table): [string, number] => {
    const columns = database
      .prepare('select name from pragma_table_info(?)')
      .all(table)
      .map(({ name }) => String(name))
      .filter((name) => name !== 'last_synced')
      .join(', ');
    const sql = `select count(*) as count from (select ${columns} from main.${table} except select ${columns} from other.${table})`;
    return [table, Number(database.prepare(sql).get()?.['count'])];
  });
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** Rows of all fact tables of a database. */
export function countRows(path: string): number {
  using database = new DatabaseSync(path, { readOnly: true });
  const counts = FACT_TABLES.map((table) => Number(database.prepare(`select count(*) as count from ${table}`).get()?.['count']));
  return counts.reduce((total, count) => total + count, 0);
}

/** Seconds that each stage of the last run took, by stage. */
export function stageSeconds(path: string): Record<string, number> {
  using database = new DatabaseSync(path, { readOnly: true });
  const newest = 'where run_id = (select run_id from sync_runs order by started_at desc limit 1)';
  const seconds = 'round((julianday(ended_at) - julianday(started_at)) * 86400, 3) as seconds';
  const stages = database.prepare(`select stage, ${seconds} from sync_runs ${newest} order by started_at`).all();
  return Object.fromEntries(stages.map((row) => [String(row['stage']), Number(row['seconds'])]));
}
