import { mongodb } from './mongodb/module.ts';
import { postgresql } from './postgresql/module.ts';
import { sqlite } from './sqlite/module.ts';
import type { StoreModule } from './store-module.ts';
import type { DatabaseUrl, StoreKind } from './url.ts';

/** All kinds of databases. */
const STORES = { sqlite, postgresql, mongodb } satisfies { [Kind in StoreKind]: StoreModule<Extract<DatabaseUrl, { kind: Kind }>> };

/** All kinds of databases, in the order in which messages name them. */
export const STORE_MODULES: readonly StoreModule[] = Object.values(STORES);

/** The kind of database that a URL means. */
export function storeModule({ kind }: DatabaseUrl): StoreModule {
  return STORES[kind];
}
