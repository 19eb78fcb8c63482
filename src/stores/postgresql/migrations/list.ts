import { Migration20261123000000_initial } from './Migration20261123000000_initial.ts';
import { Migration20261201100000_instants } from './Migration20261201100000_instants.ts';
import { Migration20261201110000_long_keys } from './Migration20261201110000_long_keys.ts';
import { Migration20261201130000_leases } from './Migration20261201130000_leases.ts';

/** All migrations, in their order. `npm run migration` adds to it. */
export const MIGRATIONS = [
  Migration20261123000000_initial,
  Migration20261201100000_instants,
  Migration20261201110000_long_keys,
  Migration20261201130000_leases,
];
