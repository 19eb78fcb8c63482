/**
 * For developers: `npm run migration <name>` writes what has changed in the schema since `snapshot.json` as a migration, and
 * adds it to `list.ts`.
 */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Migrator } from '@mikro-orm/migrations';
import pg from 'pg';
import { createOrm } from '../orm.ts';

const path = import.meta.dirname;
const orm = createOrm(new pg.Pool(), { extensions: [Migrator], migrations: { path, pathTs: path, snapshotName: 'snapshot', emit: 'ts' } });
const { fileName } = await orm.migrator.create(undefined, false, false, process.argv[2]);
if (fileName === '') {
  process.stdout.write('Nothing has changed.\n');
} else {
  listMigrations();
  process.stdout.write(`${fileName}: review it, its way down as well, and run 'npm run format'.\n`);
}

function listMigrations(): void {
  const names = readdirSync(path)
    .flatMap((file) => (/^Migration\d+_.*\.ts$/.test(file) ? [file.slice(0, -'.ts'.length)] : []))
    .sort();
  const imports = names.map((name) => `import { ${name} } from './${name}.ts';`);
  const list = [
    '/** All migrations, in their order. `npm run migration` adds to it. */',
    'export const MIGRATIONS = [',
    ...names.map((name) => `  ${name},`),
    '];',
  ];
  writeFileSync(join(path, 'list.ts'), `${[...imports, '', ...list].join('\n')}\n`);
}
