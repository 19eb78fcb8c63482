import type { EntityMetadata, EntityProperty } from '@mikro-orm/core';

/** Names of the key's properties, by table. */
export type NaturalKeys = Map<string, string[]>;

/**
 * A hook for the ORM's discovery, which makes the definitions that all databases share fit for MongoDB: a key of one
 * property is stored as `_id`; one of several as fields like all others, and once more in a string `_id` (see `idOf`).
 * A sub-document as `_id` would do without, but the ORM loses updates then.
 * @param found gets the keys as they were defined.
 */
export function naturalKeys(found: NaturalKeys): (table: EntityMetadata) => void {
  return (table) => {
    const keys = Object.values<EntityProperty>(table.properties).filter(({ primary }) => primary);
    found.set(
      table.tableName,
      keys.map(({ name }) => name),
    );
    const [only, ...more] = keys;
    if (only !== undefined && more.length === 0) {
      only.fieldNames = ['_id'];
      return;
    }
    for (const key of keys) key.primary = false;
    const id = { name: '_id', fieldNames: ['_id'], type: 'string', runtimeType: 'string', kind: 'scalar', primary: true, hidden: true };
    table.properties = { _id: id as EntityProperty, ...table.properties };
    table.primaryKeys = ['_id'];
  };
}
