import type { Part } from './store.ts';

/** A column, as far as a choice of rows goes. */
export interface KeyColumn {
  property: string;
  key: boolean;
}

/**
 * The key columns that a partition or a (partial) key names.
 * @throws TypeError for anything but key columns, and for none.
 */
export function keysOf<C extends KeyColumn>(table: string, columns: readonly C[], partial: object): C[] {
  const properties = Object.keys(partial);
  const keys = columns.filter(({ property, key }) => key && properties.includes(property));
  if (keys.length === 0 || keys.length < properties.length) {
    throw new TypeError(`rows of ${table} are chosen by key columns, not by (${properties.join(', ')})`);
  }
  return keys;
}

/**
 * The key columns that all keys to delete name.
 * @throws TypeError as {@link keysOf} does, and where one names others than the first: more rows than meant might go.
 */
export function sharedKeysOf<C extends KeyColumn>(table: string, columns: readonly C[], [first = {}, ...others]: readonly object[]): C[] {
  const chosen = keysOf(table, columns, first);
  for (const key of others) {
    if (!isSame(chosen, keysOf(table, columns, key))) throw new TypeError(`keys of ${table} to delete name different columns`);
  }
  return chosen;
}

/** Whether two lists of columns are the same. */
export function isSame(one: readonly KeyColumn[], other: readonly KeyColumn[]): boolean {
  return one.length === other.length && one.every((column, index) => column === other[index]);
}

/**
 * The one key column that a partition doesn't name.
 * @throws TypeError where there are none or several.
 */
export function partedColumn<C extends KeyColumn>(table: string, columns: readonly C[], shared: readonly C[]): C {
  const [column, ...others] = columns.filter((each) => each.key && !shared.includes(each));
  if (column === undefined || others.length > 0) throw new TypeError(`a partition of ${table} has parts only where it names all key columns but one`);
  return column;
}

/** Whether a number is in a part. */
export function isWithin({ above, upTo = Number.POSITIVE_INFINITY }: Part, value: unknown): boolean {
  return typeof value === 'number' && value > above && value <= upTo;
}

/** @throws TypeError for a row that isn't in the partition, or not in the part of it that `column` decides on. */
export function refuseStrays(
  table: string,
  shared: readonly KeyColumn[],
  partition: object,
  rows: readonly object[],
  part?: { column: KeyColumn; range: Part } | undefined,
): void {
  for (const row of rows) {
    const stray = shared.find((column) => propertyOf(row, column) !== propertyOf(partition, column));
    if (stray !== undefined) throw new TypeError(`a row of ${table} has another ${stray.property} than its partition`);
    if (part !== undefined && !isWithin(part.range, propertyOf(row, part.column))) {
      throw new TypeError(`a row of ${table} has a ${part.column.property} that isn't in its part`);
    }
  }
}

/** Text that two records share exactly where they have the same values in the (key) columns. */
export function keyText(columns: readonly KeyColumn[], record: object): string {
  return columns.map((column) => String(propertyOf(record, column))).join('\0');
}

/**
 * Records in an order that their values in the (key) columns decide; of those that have the same values there, the last.
 * Column by column, because what comes is in groups already, most of them in order: that takes a third of the time of a sort.
 */
export function inOrder([column, ...others]: readonly KeyColumn[], records: readonly object[]): readonly object[] {
  if (column === undefined) return records.slice(-1);
  const valueIn = (record: object) => propertyOf(record, column) as string | number;
  let last: string | number | undefined;
  const isAscending = records.every((record) => {
    const before = last;
    last = valueIn(record);
    return before === undefined || before < last;
  });
  if (isAscending) return records;
  const groups = Map.groupBy(records, valueIn);
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, group]) => inOrder(others, group));
}

/** What a record holds for a column. */
export function propertyOf(record: object, column: { property: string }): unknown {
  return (record as Record<string, unknown>)[column.property];
}
