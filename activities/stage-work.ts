import { existsSync } from 'node:fs';
import type { StageCursor, StageInput } from '../src/model/activities.ts';
import { NotPrepared } from '../src/model/errors.ts';
import type { Stage } from '../src/model/stages.ts';
import type { ClonePaths, Source } from '../src/providers/source.ts';
import { clonePaths } from './clone.ts';
import type { ActivityDeps } from './deps.ts';
import { workflowExecution } from './execution.ts';
import { resumeStage } from './stage-progress.ts';
import { type SourceStage, stageOf } from './stages/source-stage.ts';

/** One attempt to run a stage of a repository. */
export interface StageWork {
  deps: ActivityDeps;
  source: Source;
  stage: SourceStage;
  input: StageInput;
  paths: ClonePaths;
  /** How far the run has got; heartbeats carry it. */
  progress: StageCursor;
}

/** Collects what an attempt works with. */
export function openStageWork(deps: ActivityDeps, name: Stage, input: StageInput): StageWork {
  const source = deps.sources[input.repository.provider];
  const stage = stageOf(name, source);
  const paths = clonePaths(deps, input.repository, workflowExecution().runId);
  return { deps, source, stage, input, paths, progress: resumeStage(deps, stage, input) };
}

/** @throws NotPrepared where the repository was prepared for another database, or on another worker. */
export function assertPrepared({ deps, stage, input, paths }: StageWork): void {
  if (input.pin.databaseId !== deps.store.databaseId) throw new NotPrepared('the run was begun for another database');
  if (stage.reads === 'git' && !existsSync(paths.refsFile)) throw new NotPrepared('this worker has not prepared the repository');
}
