import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { MIGRATION_NAMES } from '../../src/stores/postgresql/migrator.ts';
import { emptyDatabase, type PostgresqlTestDatabase, usePostgres } from '../stores/postgresql-database.ts';
import { initRepository } from '../support/git.ts';
import { tempFolder } from '../support/temp.ts';
import { orgSync } from './support/org-sync.ts';

const folder = tempFolder();
const server = usePostgres();
let database: PostgresqlTestDatabase;

beforeEach(async () => {
  database = await emptyDatabase(server());
});

afterEach(() => database.drop());

/** Runs the command to its end, in a folder of its own; its database is the one of the test. */
async function run(...words: string[]): Promise<{ code: number | null; output: string; errors: string }> {
  const env = { ORG_SYNC_HOME: join(folder, 'home'), TEMPORAL_CLI: inject('temporalCli'), DATABASE_URL: database.url };
  const { code, stdout, stderr } = await orgSync(words, { cwd: folder, env });
  return { code, output: stdout, errors: stderr };
}

describe('org-sync migrate', () => {
  it('brings a database up to date, tells so, and takes it back', async () => {
    const lines = (names: readonly string[], line: (name: string) => string) => names.map((name) => `${line(name)}\n`).join('');
    const pending = lines(MIGRATION_NAMES, (name) => `${name} pending`);
    expect(await run('migrate', 'status')).toEqual({ code: 0, output: pending, errors: '' });
    expect(await run('migrate', 'up')).toEqual({ code: 0, output: lines(MIGRATION_NAMES, (name) => `applied ${name}`), errors: '' });
    expect(await run('migrate', 'up')).toEqual({ code: 0, output: 'No migrations are pending.\n', errors: '' });
    const applied = lines(MIGRATION_NAMES, (name) => `${name} applied \\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z`);
    expect((await run('migrate', 'status')).output).toMatch(new RegExp(`^${applied}$`));
    for (const name of MIGRATION_NAMES.toReversed()) {
      expect(await run('migrate', 'down')).toEqual({ code: 0, output: `undone ${name}\n`, errors: '' });
    }
    expect(await run('migrate', 'down')).toEqual({ code: 0, output: 'No migrations are applied.\n', errors: '' });
  });

  it('says that SQLite needs none, and makes no file', async () => {
    for (const word of ['up', 'down', 'status']) {
      const { code, output } = await run('migrate', word, '--db', 'sqlite:///none.db');
      expect({ code, output }).toEqual({
        code: 0,
        output: 'Nothing to do: SQLite and MongoDB databases are migrated whenever org-sync opens them.\n',
      });
    }
    expect(existsSync(join(folder, 'none.db'))).toBe(false);
  });

  it('ends with code 2 where the database can not be used, without its password', async () => {
    const { code, output, errors } = await run('migrate', 'up', '--db', `postgresql://postgres:wr0ng@${server().host}/x`);
    expect({ code, output }).toEqual({ code: 2, output: '' });
    expect(errors).toBe(`error: database postgresql://postgres@${server().host}/x can't be used: password authentication failed for user "postgres" (28P01)\n`);
    expect((await run('migrate', 'up', '--db', `postgresql://postgres@${server().host}/x`)).code).toBe(2);
  });
});

describe('org-sync sync', () => {
  it('says what to run for a database without tables, before it looks for Temporal', async () => {
    initRepository(join(folder, 'repository'));
    const { code, errors } = await run('sync', 'local', 'repository');
    expect(code).toBe(2);
    const name = `postgresql://postgres@${server().host}/${database.name}`;
    expect(errors).toBe(`error: database ${name} has no tables yet: run 'org-sync migrate up --db ${name}' (add the password, if any), or add --migrate\n`);
    expect(existsSync(join(folder, 'home'))).toBe(false);
  });

  it('makes the tables itself when asked to', async () => {
    initRepository(join(folder, 'other'));
    const { code, output, errors } = await run('sync', 'local', 'other', '--migrate');
    expect({ code, errors: code === 0 ? '' : errors }).toEqual({ code: 0, errors: '' });
    expect(output).toContain('1 of 1 repository synced');
    expect(output).toContain(`\nDatabase: postgresql://postgres@${server().host}/${database.name}\n`);
    expect(await database.query('select repo from repos')).toEqual([{ repo: 'other' }]);
    expect(await database.query("select count(*)::int as n from sync_runs where status = 'completed' and stage <> 'prepare'")).toEqual([{ n: 4 }]);
  });
});
