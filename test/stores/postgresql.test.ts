import { storeContract } from './contract.ts';
import { migratedDatabase, usePostgres } from './postgresql-database.ts';

const server = usePostgres();

storeContract(() => migratedDatabase(server()));
