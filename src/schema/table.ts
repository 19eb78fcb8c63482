import type { Column } from './column.ts';

/** Columns by the names of their properties, which are the names of the columns in camelCase. */
export type Columns = Record<string, Column>;

/** All that is known of a table: whatever else deals with it is derived from this. */
export interface TableDefinition<Name extends string = string, C extends Columns = Columns, Property extends string = string> {
  name: Name;
  /** The primary key, in the order in which rows are looked up. */
  key: readonly Property[];
  /** Columns with an index of their own. Each costs writing speed: have few. */
  indexes?: readonly Property[];
  /** Columns of the key by which people search; where a store can't have them in its key, they get an index. */
  searchedKeys?: readonly Property[];
  columns: C;
  /** Set where rows hold long texts. */
  largeRows?: true;
  /** Value of the last key column that each group of rows with the same other key columns begins with. */
  firstInGroup?: number;
}

/** Defines a table. */
export function defineTable<const Name extends string, C extends Columns>(table: TableDefinition<Name, C, keyof C & string>): TableDefinition<Name, C> {
  return table;
}

/** The record of a table: a property for each column but `lastSynced`, which is the store's to set. */
export type RecordOf<T extends TableDefinition> = {
  [P in Exclude<keyof T['columns'], 'lastSynced'>]: T['columns'][P] extends Column<infer Value> ? Value : never;
};

/** The name of the column that holds a property. */
export function columnName(property: string): string {
  return property.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
