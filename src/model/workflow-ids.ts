import type { Provider } from './providers.ts';
import type { ListedRepository } from './repository.ts';

/** Default task queue of workflows, and of activities that any worker can run. */
export const DEFAULT_TASK_QUEUE = 'org-sync';

/** Search attributes, all of type Keyword, that the Temporal namespace must have. */
export const SEARCH_ATTRIBUTES = ['OrgSyncProvider', 'OrgSyncOwner', 'OrgSyncRepo'] as const;

/**
 * Returns the id of the workflow that syncs an owner.
 * @param owner Owner or group; for local syncs `localOwner(paths)`.
 */
export function orgSyncWorkflowId(provider: Provider, owner: string): string {
  return `org-sync/${provider}/${owner}`;
}

/**
 * Returns the id of the workflow that syncs one repository. Runs of one repository can't overlap, because Temporal runs
 * one workflow per id. A repository without a remote is identified by its path.
 */
export function repoSyncWorkflowId(repository: ListedRepository): string {
  const name = repository.host === '' ? `local${repository.path}` : `${repository.host}/${repository.name}`;
  // Temporal rejects ids of more than 1,000 bytes, and a path may be longer.
  return `repo-sync/${new TextEncoder().encode(name).length <= 900 ? name : repository.id}`;
}

/** Returns the task queue of the workers whose disk holds the clones with this id. */
export function gitTaskQueue(taskQueue: string, clonesId: string): string {
  return `${taskQueue}/git/${clonesId}`;
}
