import type { Command } from 'commander';
import { loadConfig } from '../../config.ts';
import type { Migrations } from '../../stores/migrations.ts';
import { openMigrations } from '../../stores/open.ts';
import { print } from '../output.ts';

/** `org-sync migrate up|down|status`: the tables of a database that doesn't keep them up to date by itself. */
export function addMigrateCommand(program: Command): void {
  const migrate = program.command('migrate').description("the database's tables: bring them up to date, or see whether they are");
  const add = (name: string, description: string, run: (migrations: Migrations) => Promise<string[]>) =>
    migrate
      .command(name)
      .description(description)
      .option('--db <url>', 'database (default: DATABASE_URL, else sqlite:///org-sync.db)')
      .action(async ({ db }: { db?: string }) => {
        const migrations = await openMigrations(loadConfig({ db }).databaseUrl);
        try {
          const lines =
            migrations === null ? ['An SQLite or MongoDB database is brought up to date by whatever opens it; there is nothing to do.'] : await run(migrations);
          print(lines.join('\n'));
        } finally {
          await migrations?.close();
        }
      });
  add('up', 'apply the migrations that are pending', async (migrations) => {
    const names = await migrations.up();
    return names.length === 0 ? ['Nothing is pending.'] : names.map((name) => `applied ${name}`);
  });
  add('down', 'undo the last migration; what it has added is deleted, with all rows', async (migrations) => {
    const names = await migrations.down();
    return names.length === 0 ? ['There is nothing to undo.'] : names.map((name) => `undone ${name}`);
  });
  add('status', 'list migrations, and when each was applied', async (migrations) =>
    (await migrations.status()).map(({ name, appliedAt }) => `${name} ${appliedAt === null ? 'pending' : `applied ${appliedAt.toISOString()}`}`),
  );
}
