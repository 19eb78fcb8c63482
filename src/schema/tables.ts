import { gitBlameRanges } from './git-blame-ranges.ts';
import { gitCommitStats } from './git-commit-stats.ts';
import { gitCommits } from './git-commits.ts';
import { gitFiles } from './git-files.ts';
import { gitPullRequestReviews } from './git-pull-request-reviews.ts';
import { gitPullRequests } from './git-pull-requests.ts';
import { gitRefs } from './git-refs.ts';
import { repos } from './repos.ts';
import { syncDatabase } from './sync-database.ts';
import { syncLeases } from './sync-leases.ts';
import { syncRuns } from './sync-runs.ts';
import { syncState } from './sync-state.ts';
import type { RecordOf, TableDefinition } from './table.ts';

/** Tables of facts, in the order in which they are documented and reported. */
const FACTS = [repos, gitRefs, gitCommits, gitCommitStats, gitFiles, gitBlameRanges, gitPullRequests, gitPullRequestReviews] as const;

/** Tables that the sync keeps for itself. */
const SYNC = [syncState, syncRuns, syncLeases, syncDatabase] as const;

type Named<T extends TableDefinition> = { [Each in T as Each['name']]: RecordOf<Each> };

/** One record type per table of facts. */
export type FactRecords = Named<(typeof FACTS)[number]>;

/** One record type per table. */
export type TableRecords = FactRecords & Named<(typeof SYNC)[number]>;

/** Name of a table of facts. */
export type FactTable = keyof FactRecords;

/** Name of a table. */
export type TableName = keyof TableRecords;

/** All tables. */
export const TABLE_DEFINITIONS: readonly TableDefinition<TableName>[] = [...FACTS, ...SYNC];

/** Names of the tables of facts. */
export const FACT_TABLES = FACTS.map(({ name }) => name) as [FactTable, ...FactTable[]];
