import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, startChild } from '@temporalio/workflow';
import { pickRepositoryOptions, type RepoSyncInput } from '../src/model/input.ts';
import { addRows } from '../src/model/progress.ts';
import { type ListedRepository, labelOf } from '../src/model/repository.ts';
import { repoSyncWorkflowId } from '../src/model/workflow-ids.ts';
import { describeFailure, isBadToken, readIncompleteRows } from './failures.ts';
import { clipAttribute, ownerAttribute, providerAttribute, repositoryAttribute } from './messages.ts';
import type { OrgSyncContext } from './org-sync-context.ts';
import { clipSummary } from './proxies.ts';
import type { repoSync } from './repo-sync.ts';
import type { RepoSyncHandle } from './running-children.ts';

/** Starts the `repoSync` of a repository and records its result when it ends. A repository that another run syncs counts as failed. */
export async function startRepoSync(context: OrgSyncContext, repository: ListedRepository): Promise<void> {
  const { input, owner, children, failures, status } = context;
  const workflowId = repoSyncWorkflowId(repository);
  const childInput: RepoSyncInput = { ...pickRepositoryOptions(input), repository, owner };
  try {
    const child = await startChild<typeof repoSync>('repoSync', {
      workflowId,
      args: [childInput],
      parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
      staticSummary: clipSummary(`${input.provider}: ${labelOf(repository)}`),
      typedSearchAttributes: [
        { key: providerAttribute, value: input.provider },
        { key: ownerAttribute, value: clipAttribute(owner) },
        { key: repositoryAttribute, value: clipAttribute(repository.name) },
      ],
    });
    children.add(child, labelOf(repository));
    status.show();
    // Not awaited, so that the next child can start. It rejects only when this workflow is cancelled.
    recordResult(context, child, repository).catch(() => undefined);
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    failures.add(labelOf(repository), `is already being synced by another run (workflow ${workflowId})`);
  }
}

async function recordResult(context: OrgSyncContext, child: RepoSyncHandle, repository: ListedRepository): Promise<void> {
  const { state, children, failures, status } = context;
  try {
    const result = await child.result();
    addRows(state.rows, result.rows);
    state.counts.done += 1;
  } catch (error) {
    if (isBadToken(error)) context.badToken ??= error;
    addRows(state.rows, readIncompleteRows(error) ?? {});
    failures.add(labelOf(repository), describeFailure(error));
  } finally {
    children.remove(child);
    status.show();
  }
}
