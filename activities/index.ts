import type { Activities, StageInput } from '../src/model/activities.ts';
import type { Stage } from '../src/model/stages.ts';
import type { ActivityDeps } from './deps.ts';
import { toActivityFailure } from './failures.ts';
import { listRepositories } from './list-repositories.ts';
import { prepareRepository } from './prepare-repository.ts';
import { runStage } from './run-stage.ts';

/** The activities of a worker. Each works with the database that is there as it begins, from its begin to its end. */
export function createActivities(deps: ActivityDeps): Activities {
  const current = async (): Promise<ActivityDeps> => {
    try {
      return { ...deps, store: await deps.store.current() };
    } catch (error) {
      throw toActivityFailure(error);
    }
  };
  const stage = (name: Stage) => async (input: StageInput) => runStage(await current(), name, input);
  return {
    listRepositories: async (input) => listRepositories(await current(), input),
    currentDatabase: async () => (await current()).store.databaseId,
    prepareRepository: async (input) => prepareRepository(await current(), input),
    commits: stage('commits'),
    'pull-requests': stage('pull-requests'),
    'commit-stats': stage('commit-stats'),
    'files-and-blame': stage('files-and-blame'),
  };
}
