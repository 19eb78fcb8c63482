import { STAGES, type Stage } from '../../src/model/stages.ts';
import type { FactTable } from '../../src/schema/tables.ts';
import { commitStatsStage } from './commit-stats.ts';
import { commitsStage } from './commits.ts';
import { filesAndBlameStage } from './files-and-blame.ts';
import { pullRequestsStage } from './pull-requests.ts';
import type { StageModule } from './stage-module.ts';

/** The stages. */
export const STAGE_MODULES = {
  commits: commitsStage,
  'pull-requests': pullRequestsStage,
  'commit-stats': commitStatsStage,
  'files-and-blame': filesAndBlameStage,
} satisfies { [Name in Stage]: StageModule & { readonly name: Name } };

/** Maps each stage to a value. */
export function mapStages<Value>(makeValue: (stage: StageModule) => Value): Record<Stage, Value> {
  return Object.fromEntries(STAGES.map((name) => [name, makeValue(STAGE_MODULES[name])])) as Record<Stage, Value>;
}

/** Tables that each stage writes. */
export const STAGE_TABLES: Record<Stage, readonly FactTable[]> = mapStages(({ tables }) => tables);
