import type { Command } from 'commander';
import { loadConfig } from '../../config.ts';
import type { Migrations } from '../../stores/migrations.ts';
import { openMigrations } from '../../stores/open.ts';
import { printResult } from '../output.ts';

/** Adds `org-sync migrate up|down|status`, for databases whose tables aren't migrated when they are opened. */
export function addMigrateCommand(program: Command): void {
  const migrate = program.command('migrate').description('apply, undo or list the migrations of a database');
  const add = (name: string, description: string, run: (migrations: Migrations) => Promise<string[]>) =>
    migrate
      .command(name)
      .description(description)
      .option('--db <url>', 'database (default: DATABASE_URL, else sqlite:///org-sync.db)')
      .action(async ({ db }: { db?: string }) => {
        const migrations = await openMigrations(loadConfig({ db }).databaseUrl);
        try {
          const lines =
            migrations === null ? ['Nothing to do: SQLite and MongoDB databases are migrated whenever org-sync opens them.'] : await run(migrations);
          printResult(lines.join('\n'));
        } finally {
          await migrations?.close();
        }
      });
  add('up', 'apply pending migrations', async (migrations) => {
    const names = await migrations.up();
    return names.length === 0 ? ['No migrations are pending.'] : names.map((name) => `applied ${name}`);
  });
  add('down', 'undo the last migration, deleting the tables and columns that it added', async (migrations) => {
    const names = await migrations.down();
    return names.length === 0 ? ['No migrations are applied.'] : names.map((name) => `undone ${name}`);
  });
  add('status', 'list all migrations, and when each was applied', async (migrations) =>
    (await migrations.status()).map(({ name, appliedAt }) => `${name} ${appliedAt === null ? 'pending' : `applied ${appliedAt.toISOString()}`}`),
  );
}
