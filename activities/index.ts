import type { Activities, StageInput } from '../src/model/activities.ts';
import type { Stage } from '../src/model/stages.ts';
import type { ActivityDeps } from './deps.ts';
import { listRepositories } from './list-repositories.ts';
import { prepareRepository } from './prepare-repository.ts';
import { runStage } from './run-stage.ts';

/** The activities of a worker. */
export function createActivities(deps: ActivityDeps): Activities {
  const stage = (name: Stage) => (input: StageInput) => runStage(deps, name, input);
  return {
    listRepositories: (input) => listRepositories(deps, input),
    currentDatabase: async () => deps.store.databaseId,
    prepareRepository: (input) => prepareRepository(deps, input),
    commits: stage('commits'),
    'pull-requests': stage('pull-requests'),
    'commit-stats': stage('commit-stats'),
    'files-and-blame': stage('files-and-blame'),
  };
}
