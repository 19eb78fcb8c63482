import type { Activities } from '../src/model/activities.ts';
import type { Stage } from '../src/model/stages.ts';
import type { ActivityDeps } from './deps.ts';
import { toActivityFailure } from './failures.ts';
import { listRepositories } from './list-repositories.ts';
import { prepareRepository } from './prepare-repository.ts';
import { runStage } from './run-stage.ts';
import { mapStages } from './stages/index.ts';

/** Makes the activities of a worker. Each works from start to end with the database that is there at its start. */
export function createActivities(deps: ActivityDeps): Activities {
  const current = async (): Promise<ActivityDeps> => {
    try {
      return { ...deps, store: await deps.store.current() };
    } catch (error) {
      throw toActivityFailure(error);
    }
  };
  return {
    listRepositories: async (input) => listRepositories(await current(), input),
    currentDatabase: async () => (await current()).store.databaseId,
    prepareRepository: async (input) => prepareRepository(await current(), input),
    ...mapStages<Activities[Stage]>(
      ({ name }) =>
        async (input) =>
          runStage(await current(), name, input),
    ),
  };
}
