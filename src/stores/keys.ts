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

/** @throws TypeError for a row that isn't part of the partition. */
export function refuseStrays(table: string, shared: readonly KeyColumn[], partition: object, rows: readonly object[]): void {
  for (const row of rows) {
    const stray = shared.find((column) => propertyOf(row, column) !== propertyOf(partition, column));
    if (stray !== undefined) throw new TypeError(`a row of ${table} has another ${stray.property} than its partition`);
  }
}

/** Text that two records share exactly where they have the same values in the (key) columns. */
export function keyText(columns: readonly KeyColumn[], record: object): string {
  return columns.map((column) => String(propertyOf(record, column))).join('\0');
}

/** Records in the order of the (key) columns; of those that have the same values there, the last. */
export function inOrder(columns: readonly KeyColumn[], records: readonly object[]): readonly object[] {
  const properties = columns.map(({ property }) => property);
  const compare = (one: object, other: object) => {
    for (const property of properties) {
      const a = (one as Record<string, string>)[property] ?? '';
      const b = (other as Record<string, string>)[property] ?? '';
      if (a !== b) return a < b ? -1 : 1;
    }
    return 0;
  };
  const isBefore = (record: object, index: number, all: readonly object[]) => {
    const next = all[index + 1];
    return next === undefined || compare(record, next) < 0;
  };
  return records.every(isBefore) ? records : records.toSorted(compare).filter(isBefore);
}

/** What a record holds for a column. */
export function propertyOf(record: object, column: { property: string }): unknown {
  return (record as Record<string, unknown>)[column.property];
}
