import type { RepositoryOptions } from '../src/model/input.ts';
import type { ListedRepository } from '../src/model/repository.ts';
import type { ParentNotifier } from './parent-notifier.ts';
import type { PauseSwitch } from './pause-switch.ts';
import type { RepoSyncStatus } from './repo-sync-status.ts';
import type { StageLedger } from './stage-ledger.ts';

/** What the parts of a `repoSync` share. */
export interface RepoSyncContext {
  /** The input as the client passed it; the next run gets the same. */
  raw: unknown;
  /** Replaced when preparing it finds another id, name or address. */
  repository: ListedRepository;
  options: RepositoryOptions;
  pause: PauseSwitch;
  ledger: StageLedger;
  status: RepoSyncStatus;
  parent: ParentNotifier;
  /** Times that workers refused a stage because they hadn't prepared the repository. */
  refusals: number;
  /** Times that a stage found its clone damaged. */
  damages: number;
}

/** Waits while the workflow is paused, and shows so. */
export async function waitWhilePaused({ pause, status }: RepoSyncContext): Promise<void> {
  if (pause.paused) status.show('paused');
  await pause.waitUntilResumed();
}
