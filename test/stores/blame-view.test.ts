import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { blameContract, fileChanges, linesOf, PIECES } from './contract-blame.ts';
import { repoId } from './samples.ts';
import { sqliteDatabase } from './sqlite-database.ts';

const hasOldShell = spawnSync('sqlite3', ['--version']).status === 0;

const subject = blameContract(async () => {
  const database = sqliteDatabase();
  return { ...database, select: async (sql: string, path: string) => database.query(sql.replace(':path', '?'), path) };
});

describe('git_blame in SQLite', () => {
  it('finds one path through keys alone', () => {
    const plan = subject.database.query('explain query plan select * from git_blame where repo_id = ? and path = ?', repoId(1), 'p');
    const steps = plan.map(({ detail }) => String(detail));
    expect(steps.filter((step) => step.startsWith('SEARCH')).length).toBeGreaterThanOrEqual(4);
    // What is left to scan are the lines of that path.
    for (const step of steps.filter((each) => each.startsWith('SCAN'))) expect(step).toContain('VIRTUAL TABLE');
  });

  it('takes the ranges after the lines, so that a text is cut once', () => {
    const steps = subject.database.query('explain query plan select * from git_blame').map(({ detail }) => String(detail));
    expect(steps.findIndex((step) => step.startsWith('SCAN l '))).toBeLessThan(steps.findIndex((step) => step.startsWith('SEARCH r ')));
  });

  it.runIf(hasOldShell)('can be read with the sqlite3 that is installed', async () => {
    const text = PIECES.join('');
    await subject.store.write(fileChanges('p', text, text, 2));
    const sql = `select json_group_array(line) from (select line from git_blame where path = 'p' order by line_no)`;
    expect(JSON.parse(execFileSync('sqlite3', [subject.database.path, sql], { encoding: 'utf8' }))).toEqual(linesOf(text));
  });
});
