/** For developers: `node src/stores/postgresql/migrations/create.ts <name>` writes what has changed in the entities since `snapshot.json` as a migration. */
import { Migrator } from '@mikro-orm/migrations';
import pg from 'pg';
import { createOrm } from '../orm.ts';

const path = import.meta.dirname;
const { orm } = createOrm(new pg.Pool(), { extensions: [Migrator], migrations: { path, pathTs: path, snapshotName: 'snapshot', emit: 'ts' } });
const { fileName } = await orm.migrator.create(undefined, false, false, process.argv[2]);
process.stdout.write(fileName === '' ? 'Nothing has changed.\n' : `${fileName}: look through it, give it a way down, and add it to list.ts.\n`);
