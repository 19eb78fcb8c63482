import type { ColumnKind } from '../schema/column.ts';
import { columnName, type TableDefinition } from '../schema/table.ts';
import { TABLE_DEFINITIONS, type TableName } from '../schema/tables.ts';

/** A column as stores see it. */
export interface StoredColumn {
  /** Name of the record's property. */
  property: string;
  /** Name of the column. */
  name: string;
  kind: ColumnKind;
  nullable: boolean;
  /** Whether it belongs to the primary key. */
  key: boolean;
  /** Whether it has an index of its own. */
  indexed: boolean;
  /** Whether its text may be longer than the entries of an index. */
  long: boolean;
  /** The empty value of a JSON column. */
  empty: '{}' | '[]' | undefined;
}

/** A table as stores see it. */
export interface StoredTable<C extends StoredColumn = StoredColumn> {
  name: TableName;
  columns: readonly C[];
  /** The columns of the primary key, in its order. */
  key: readonly C[];
  /** What the schema says beside the columns. */
  definition: TableDefinition<TableName>;
}

/** All tables, by name. */
export const STORED_TABLES = byName(TABLE_DEFINITIONS.map(storedTable));

/** The same for each table. */
export function mapTables<T>(make: (table: StoredTable) => T): Record<TableName, T> {
  return Object.fromEntries(Object.values(STORED_TABLES).map((table) => [table.name, make(table)])) as Record<TableName, T>;
}

/** A table whose columns have what a store adds to them. */
export function withColumns<C extends StoredColumn>({ name, columns, key, definition }: StoredTable, make: (column: StoredColumn) => C): StoredTable<C> {
  const made = new Map(columns.map((column) => [column, make(column)]));
  const of = (some: readonly StoredColumn[]) => some.map((column) => made.get(column) as C);
  return { name, columns: of(columns), key: of(key), definition };
}

/** Whether a table has a column for a property. */
export function hasColumn({ columns }: StoredTable, property: string): boolean {
  return columns.some((column) => column.property === property);
}

/**
 * The key column that follows the repository.
 * @throws TypeError for a table that has none.
 */
export function keyAfterRepository<C extends StoredColumn>({ name, key }: StoredTable<C>): C {
  const [repository, column] = key;
  if (repository?.property !== 'repoId' || column === undefined) throw new TypeError(`the key of ${name} isn't one of a repository's rows`);
  return column;
}

function storedTable(definition: TableDefinition<TableName>): StoredTable {
  const { name, key, indexes = [] } = definition;
  const columns = Object.entries(definition.columns).map(
    ([property, { kind, nullable, long, empty }]): StoredColumn => ({
      property,
      name: columnName(property),
      kind,
      nullable,
      key: key.includes(property),
      indexed: indexes.includes(property),
      long: long === true,
      empty,
    }),
  );
  return { name, columns, key: columns.filter((column) => column.key).sort((a, b) => key.indexOf(a.property) - key.indexOf(b.property)), definition };
}

function byName(tables: readonly StoredTable[]): Readonly<Record<TableName, StoredTable>> {
  return Object.fromEntries(tables.map((table) => [table.name, table])) as Record<TableName, StoredTable>;
}
