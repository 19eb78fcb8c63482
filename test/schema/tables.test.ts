import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { documentTables } from '../../src/schema/markdown.ts';
import { TABLE_DEFINITIONS } from '../../src/schema/tables.ts';

test('docs/tables.md has the columns that the schema defines: run `npm run docs`', () => {
  const document = readFileSync(join(import.meta.dirname, '../../docs/tables.md'), 'utf8');
  expect(documentTables(document, TABLE_DEFINITIONS)).toBe(document);
});

test('every table that a file of the schema defines is listed', async () => {
  const folder = join(import.meta.dirname, '../../src/schema');
  const modules = await Promise.all(readdirSync(folder).map((file) => import(join(folder, file)) as Promise<object>));
  const isTable = (value: unknown) => typeof value === 'object' && value !== null && 'columns' in value && 'key' in value;
  const tables = modules.flatMap((module) => Object.values(module)).filter(isTable);
  expect(tables).toEqual(expect.arrayContaining([...TABLE_DEFINITIONS]));
  expect(tables).toHaveLength(TABLE_DEFINITIONS.length);
});

test('a table without a place in the document is reported', () => {
  expect(() => documentTables('', TABLE_DEFINITIONS)).toThrow('add <!-- columns of repos -->');
});

test.each(TABLE_DEFINITIONS)('the keys and indexes of $name are columns of it', ({ key, indexes = [], searchedKeys = [], columns }) => {
  expect(key.length).toBeGreaterThan(0);
  expect(Object.keys(columns)).toEqual(expect.arrayContaining([...key, ...indexes]));
  expect(key).toEqual(expect.arrayContaining([...searchedKeys]));
  for (const property of key) expect(columns[property]?.nullable).toBe(false);
});
