import { getExternalWorkflowHandle, patched, workflowInfo } from '@temporalio/workflow';
import type { Pause, RunningRepository } from '../src/model/progress.ts';
import { repositoryProgressSignal } from './messages.ts';
import { PATCHES } from './patches.ts';

/** Notifications that are sent without a gap. Each further one extends the gap before the next by a second. */
const FREE_NOTIFICATIONS = 20;

/**
 * Sends progress to the parent workflow. The longer this workflow runs, the rarer the signals: the parent can't continue
 * as new while it has children, and each signal makes its history longer.
 */
export class ParentNotifier {
  #sent: number;
  #lastSentAt = 0;

  /** @param sent Notifications sent by the earlier runs of this workflow. */
  constructor(sent = 0) {
    this.#sent = sent;
  }

  /** Notifications sent, by the earlier runs too. */
  get sent(): number {
    return this.#sent;
  }

  /** Sends the progress, unless there is no parent or the last notification was sent too recently. */
  notify(progress: Omit<RunningRepository, 'workflowId'>): void {
    const { parent, workflowId } = workflowInfo();
    if (parent === undefined || this.#isTooSoon(progress.pause)) return;
    this.#sent += 1;
    this.#lastSentAt = Date.now();
    const signaled = getExternalWorkflowHandle(parent.workflowId).signal(repositoryProgressSignal, { ...progress, workflowId });
    // The parent may have ended.
    signaled.catch(() => undefined);
  }

  /** A wait that lasts longer than the gap is never too soon: no later notification would correct what the parent shows. */
  #isTooSoon(pause: Pause | undefined): boolean {
    const gap = (this.#sent - FREE_NOTIFICATIONS) * 1_000;
    if (Date.now() - this.#lastSentAt >= gap) return false;
    return pause?.until === undefined || Date.parse(pause.until) - Date.now() < gap || !patched(PATCHES.notifyLongWaits);
  }
}
