import { instant } from './column.ts';

/** The column that every table of facts has; a store sets it. */
export const lastSynced = instant('when the row was last written; a sync does not touch rows that are the same');

/** The column by which every table but `repos` belongs to a repository. */
export const REPO_ID = 'the repository, `repos.id`';
