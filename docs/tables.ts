/** Writes the columns of all tables, as src/schema defines them, into tables.md: `npm run docs`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { documentTables } from '../src/schema/markdown.ts';
import { TABLE_DEFINITIONS } from '../src/schema/tables.ts';

const path = join(import.meta.dirname, 'tables.md');
writeFileSync(path, documentTables(readFileSync(path, 'utf8'), TABLE_DEFINITIONS));
