import type { DatabaseSync } from 'node:sqlite';
import { hasColumn, STORED_TABLES } from '../tables.ts';

/** Version 0.1.0 stored years outside 0 to 9999 as '+011476-…' and '-000001-…', which sort before every digit. */
const OUT_OF_RANGE = "< '0'";

/**
 * Sets times outside the years 0 to 9999, which earlier versions stored, to null. Reads whole tables: call it
 * only where the schema is upgraded.
 */
export function repairInstants(database: DatabaseSync): void {
  for (const table of Object.values(STORED_TABLES)) {
    const names = table.columns.filter(({ kind, nullable }) => kind === 'instant' && nullable).map(({ name }) => `"${name}"`);
    if (names.length === 0) continue;
    const values = names.map((name) => `${name} = iif(${name} ${OUT_OF_RANGE}, null, ${name})`);
    if (hasColumn(table, 'lastSynced')) values.push("last_synced = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')");
    database.exec(`update ${table.name} set ${values.join(', ')} where ${names.map((name) => `${name} ${OUT_OF_RANGE}`).join(' or ')}`);
  }
}
