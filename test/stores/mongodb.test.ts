import { storeContract } from './contract.ts';
import { mongodbDatabase, useMongo } from './mongodb-database.ts';

const server = useMongo();

storeContract(async () => mongodbDatabase(server()));
