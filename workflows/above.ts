import { getExternalWorkflowHandle, workflowInfo } from '@temporalio/workflow';
import type { RunningRepository } from '../src/model/progress.ts';
import { repositoryProgressSignal } from './messages.ts';

/** Times that it's told at once; each one after them is a second rarer. */
const AT_ONCE = 20;

/** The workflow above, which can't continue as new while it has children: the longer one tells it, the rarer. */
export class Above {
  #told: number;
  #toldAt = 0;

  /** @param told How often an earlier run of this workflow told it. */
  constructor(told = 0) {
    this.#told = told;
  }

  get told(): number {
    return this.#told;
  }

  /** Tells how far this workflow is; it may be left out, and nobody may be there any more. */
  tell(progress: Omit<RunningRepository, 'workflowId'>): void {
    const { parent, workflowId } = workflowInfo();
    if (parent === undefined || Date.now() - this.#toldAt < (this.#told - AT_ONCE) * 1_000) return;
    this.#told += 1;
    this.#toldAt = Date.now();
    const told = getExternalWorkflowHandle(parent.workflowId).signal(repositoryProgressSignal, { ...progress, workflowId });
    // The workflow above may be gone; this one goes on without being watched.
    told.catch(() => undefined);
  }
}
