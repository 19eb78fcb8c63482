import { getExternalWorkflowHandle, patched, workflowInfo } from '@temporalio/workflow';
import type { Pause, RunningRepository } from '../src/model/progress.ts';
import { repositoryProgressSignal } from './messages.ts';

/** Times that it's told at once; each one after them is a second rarer. */
const AT_ONCE = 20;

/** Patch since which long waits are told whatever came before: runs that began before it go on as they were. */
const LONG_WAITS = 'long waits are told';

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
    if (parent === undefined || this.#isTooSoon(progress.pause)) return;
    this.#told += 1;
    this.#toldAt = Date.now();
    const told = getExternalWorkflowHandle(parent.workflowId).signal(repositoryProgressSignal, { ...progress, workflowId });
    // The workflow above may be gone; this one goes on without being watched.
    told.catch(() => undefined);
  }

  /** Whether it may be left in the dark; not where nothing else would come for as long as that: it would show what isn't so. */
  #isTooSoon(pause: Pause | undefined): boolean {
    const gap = (this.#told - AT_ONCE) * 1_000;
    if (Date.now() - this.#toldAt >= gap) return false;
    return pause?.until === undefined || Date.parse(pause.until) - Date.now() < gap || !patched(LONG_WAITS);
  }
}
