import { Migration20261123000000_initial } from './Migration20261123000000_initial.ts';

/** All migrations, in their order. `create.ts` makes another one from what has changed in the entities. */
export const MIGRATIONS = [Migration20261123000000_initial];
