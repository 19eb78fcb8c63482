import type { EntityMetadata, EntityProperty } from '@mikro-orm/core';

/**
 * A hook for the ORM's discovery, which makes the definitions that all databases share fit for MongoDB: a key of one
 * property is stored as `_id`; one of several as fields like all others, and once more in a string `_id` (see `idOf`).
 * A sub-document as `_id` would do without, but the ORM loses updates then.
 */
export function useNaturalKeys(entity: EntityMetadata): void {
  const keys = Object.values<EntityProperty>(entity.properties).filter(({ primary }) => primary);
  const [only, ...more] = keys;
  if (only !== undefined && more.length === 0) {
    only.fieldNames = ['_id'];
    return;
  }
  for (const key of keys) key.primary = false;
  const id = { name: '_id', fieldNames: ['_id'], type: 'string', runtimeType: 'string', kind: 'scalar', primary: true, hidden: true };
  entity.properties = { _id: id as EntityProperty, ...entity.properties };
  entity.primaryKeys = ['_id'];
}
