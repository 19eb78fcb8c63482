import type { Logger } from 'pino';
import type { GitProgram } from '../src/git/program.ts';
import type { Sources } from '../src/providers/index.ts';
import type { Store } from '../src/stores/store.ts';

/** What activities work with; made once per worker. */
export interface ActivityDeps {
  store: Store;
  sources: Sources;
  program: GitProgram;
  logger: Logger;
  /** Where this worker keeps git folders of its own. */
  clones: string;
  /** Of the Temporal namespace: one run of a repository goes on in it at a time. */
  namespaceId: string;
  /** Task queue of the workers that see these git folders. */
  gitTaskQueue: string;
  /** How many git processes a stage may have at work at once. */
  processes: number;
}
