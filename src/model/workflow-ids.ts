import type { Provider } from './providers.ts';
import type { ListedRepository } from './repository.ts';

/** Task queue that workflows and the activities any worker can do are put on, unless told otherwise. */
export const DEFAULT_TASK_QUEUE = 'org-sync';

/** Search attributes (all of type Keyword) that the Temporal namespace must know. */
export const SEARCH_ATTRIBUTES = ['OrgSyncProvider', 'OrgSyncOwner', 'OrgSyncRepo'] as const;

/**
 * Id of the workflow that syncs an owner.
 * @param owner Owner or group; for local syncs `localOwner(paths)`.
 */
export function orgSyncWorkflowId(provider: Provider, owner: string): string {
  return `org-sync/${provider}/${owner}`;
}

/**
 * Id of the workflow that syncs one repository. Two runs of one repository can't overlap, because
 * Temporal lets just one workflow of an id run. Repositories without a remote are known by their path.
 */
export function repoSyncWorkflowId(repository: ListedRepository): string {
  const name = repository.host === '' ? `local${repository.path}` : `${repository.host}/${repository.name}`;
  // Temporal refuses ids of more than 1,000 bytes; a path may be longer.
  return `repo-sync/${new TextEncoder().encode(name).length <= 900 ? name : repository.id}`;
}

/** Task queue of the worker whose disk holds the clones with this id. */
export function gitTaskQueue(taskQueue: string, clonesId: string): string {
  return `${taskQueue}/git/${clonesId}`;
}
