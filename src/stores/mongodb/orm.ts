import { MikroORM, UnderscoreNamingStrategy } from '@mikro-orm/mongodb';
import type { MongoClient } from 'mongodb';
import { defineEntities } from '../entities.ts';
import { useNaturalKeys } from './natural-keys.ts';
import { MONGODB_TYPES } from './types.ts';

const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** The ORM over a client, which stays its maker's to close. */
export function createOrm(client: MongoClient, dbName: string): MikroORM {
  const inspectDate = Object.getOwnPropertyDescriptor(Date.prototype, INSPECT);
  const orm = new MikroORM({
    dbName,
    driverOptions: client,
    entities: Object.values(defineEntities(MONGODB_TYPES)),
    namingStrategy: UnderscoreNamingStrategy,
    // Not every server has transactions, and nothing here needs one.
    implicitTransactions: false,
    discovery: { onMetadata: useNaturalKeys },
  });
  orm.em.getConnection();
  // Its connection changes how every `Date` of this process is printed.
  if (inspectDate === undefined) Reflect.deleteProperty(Date.prototype, INSPECT);
  return orm;
}
