import type { DatabaseSync } from 'node:sqlite';
import type { EntityMetadata } from '@mikro-orm/core';
import { IsoInstant } from './types.ts';

/** Version 0.1.0 stored years outside 0 to 9999 as '+011476-…' and '-000001-…', which sort before every digit. */
const OUT_OF_RANGE = "< '0'";

/**
 * Sets times outside the years 0 to 9999, which earlier versions stored, to null. Reads whole tables: call it
 * only where the schema is upgraded.
 */
export function repairInstants(database: DatabaseSync, tables: readonly EntityMetadata[]): void {
  for (const table of tables) {
    const instants = table.props.filter(({ customType, nullable }) => customType instanceof IsoInstant && nullable === true);
    const names = instants.map(({ fieldNames }) => `"${fieldNames[0]}"`);
    if (names.length === 0) continue;
    const values = names.map((name) => `${name} = iif(${name} ${OUT_OF_RANGE}, null, ${name})`);
    if (table.props.some(({ name }) => name === 'lastSynced')) values.push("last_synced = strftime('%Y-%m-%dT%H:%M:%fZ', 'now')");
    database.exec(`update ${table.tableName} set ${values.join(', ')} where ${names.map((name) => `${name} ${OUT_OF_RANGE}`).join(' or ')}`);
  }
}
