import { storeContract } from './contract.ts';
import { sqliteDatabase } from './sqlite-database.ts';

storeContract(async () => sqliteDatabase());
