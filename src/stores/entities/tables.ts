import type { EntitySchema } from '@mikro-orm/core';
import type { TableName } from '../../schema/tables.ts';
import { type ColumnTypes, columnBuilders } from './columns.ts';
import { contentTables } from './content.ts';
import { historyTables } from './history.ts';
import { reviewTables } from './reviews.ts';
import { syncTables } from './sync.ts';

/**
 * The one definition of all tables. A fresh set on each call, because an ORM writes what its driver needs
 * on the entities it is given.
 */
export function tables(types: ColumnTypes): Record<TableName, EntitySchema> {
  const columns = columnBuilders(types);
  return { ...historyTables(columns), ...contentTables(columns), ...reviewTables(columns), ...syncTables(columns) };
}
