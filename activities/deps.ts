import type { Logger } from 'pino';
import type { GitProgram } from '../src/git/program.ts';
import type { Sources } from '../src/providers/index.ts';
import type { Store } from '../src/stores/store.ts';

/** Dependencies of the activities; made once per worker. */
export interface ActivityDeps {
  store: Store;
  sources: Sources;
  program: GitProgram;
  logger: Logger;
  /** Folder of this worker's git folders. */
  clones: string;
  /** Id of the Temporal namespace, which runs one workflow of a repository at a time. */
  namespaceId: string;
  /** Task queue of the workers that share these git folders. */
  gitTaskQueue: string;
  /** How many git processes a stage may run at once. */
  processes: number;
}
