import type { EntityMetadata } from '@mikro-orm/core';
import { MikroORM, UnderscoreNamingStrategy } from '@mikro-orm/mongodb';
import type { MongoClient } from 'mongodb';
import { tables } from '../entities/tables.ts';
import { type NaturalKeys, naturalKeys } from './natural-keys.ts';
import { MONGODB_TYPES } from './types.ts';

const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/**
 * The ORM over a client, which stays its maker's to close.
 * @returns it with the metadata of all tables, and with the keys as they were defined.
 */
export function createOrm(client: MongoClient, dbName: string): { orm: MikroORM; metadata: EntityMetadata[]; keys: NaturalKeys } {
  const entities = Object.values(tables(MONGODB_TYPES));
  const keys: NaturalKeys = new Map();
  const inspectDate = Object.getOwnPropertyDescriptor(Date.prototype, INSPECT);
  const orm = new MikroORM({
    dbName,
    driverOptions: client,
    entities,
    namingStrategy: UnderscoreNamingStrategy,
    // Not every server has transactions, and nothing here needs one.
    implicitTransactions: false,
    discovery: { onMetadata: naturalKeys(keys) },
  });
  const metadata: EntityMetadata[] = entities.map((entity) => orm.getMetadata(entity));
  orm.em.getConnection();
  // Its connection changes how every `Date` of this process is printed.
  if (inspectDate === undefined) Reflect.deleteProperty(Date.prototype, INSPECT);
  return { orm, metadata, keys };
}
