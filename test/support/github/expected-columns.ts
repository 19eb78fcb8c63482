type Row = Record<string, unknown>;

/** An expected row as SQLite holds it. */
export function expectedColumns(row: object): Row {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, name.endsWith('_at') && value !== null ? new Date(String(value)).toISOString() : plain(value)]),
  );
}

function plain(value: unknown): unknown {
  if (typeof value === 'boolean') return Number(value);
  return typeof value === 'string' ? Buffer.from(value.replaceAll('\0', '')).toString() : value;
}
