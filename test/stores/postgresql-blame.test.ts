import { describe, expect, it } from 'vitest';
import { blameContract, fileChanges } from './contract-blame.ts';
import { migratedDatabase, usePostgres } from './postgresql-database.ts';
import { repoId } from './samples.ts';

const server = usePostgres();

const subject = blameContract(async () => {
  const database = await migratedDatabase(server());
  return { ...database, select: (sql: string, path: string) => database.query(sql.replace(':path', '$1'), path) };
});

describe('git_blame in PostgreSQL', () => {
  it('finds one path through keys alone, and the range of each line by one search', async () => {
    const files = Array.from({ length: 300 }, (_, index) => fileChanges(String(index), 'x\n'.repeat(60), 'x\n'.repeat(60), 2));
    await subject.store.write([...files.flat(), ...fileChanges('null', null, 'x\n'.repeat(60), 2)]);
    await subject.database.query('analyze');
    const sql = `explain (analyze, format json) select * from git_blame where repo_id = '${repoId(1)}' and path = '7'`;
    const [plan] = await subject.database.query(sql);
    const text = String(plan?.['QUERY PLAN']);
    expect(text).not.toContain('Seq Scan');
    const rows = [...text.matchAll(/"Relation Name": "git_blame_ranges"[^}]*?"Actual Rows": ([\d.]+),\s*"Actual Loops": (\d+)/g)].map(
      ([, each, loops]) => Number(each) * Number(loops),
    );
    expect(rows.length).toBe(2);
    // One each for 60 lines and the nothing after the last \n; and the 30 ranges, which the other half looks at.
    expect(Math.max(...rows)).toBeLessThanOrEqual(61);
  });
});
