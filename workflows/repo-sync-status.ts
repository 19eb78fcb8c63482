import { CancellationScope, setCurrentDetails, sleep, workflowInfo } from '@temporalio/workflow';
import type { Wait } from '../src/model/activities.ts';
import type { RowCounts, RunningRepository } from '../src/model/progress.ts';
import type { Stage } from '../src/model/stages.ts';
import { formatRepositoryDetails } from './details.ts';
import type { ParentNotifier } from './parent-notifier.ts';

/** The parent isn't notified of shorter stages, which aren't worth an event in its history. */
const MIN_NOTIFIED_DURATION = '2s';

/** Reports the progress of a `repoSync`: to the Web UI and to the parent workflow. */
export class RepoSyncStatus {
  /** Name of the repository, which preparing it may change. */
  label: string;
  readonly #rows: RowCounts;
  readonly #parent: ParentNotifier;

  constructor(label: string, rows: RowCounts, parent: ParentNotifier) {
    this.label = label;
    this.#rows = rows;
    this.#parent = parent;
  }

  /** Updates what the Web UI shows. */
  show(step: RunningRepository['stage'] | 'paused' | 'done', wait?: Wait): void {
    setCurrentDetails(formatRepositoryDetails(this.label, step, this.#rows, wait));
  }

  /** Shows that a step waits, or with undefined that it no longer does, and notifies the parent. */
  showWait(step: RunningRepository['stage'], wait: Wait | undefined): void {
    this.show(step, wait);
    this.#notifyParent(step, wait);
  }

  /** Waits for a stage, and notifies the parent if it takes long. */
  async notifyIfSlow<T>(stage: Stage, work: Promise<T>): Promise<T> {
    if (workflowInfo().parent === undefined) return work;
    const timer = new CancellationScope();
    const notified = timer.run(async () => {
      await sleep(MIN_NOTIFIED_DURATION, { summary: `notify the parent if ${stage} takes longer` });
      this.#notifyParent(stage);
    });
    // Rejects when the stage was quicker.
    notified.catch(() => undefined);
    try {
      return await work;
    } finally {
      timer.cancel();
    }
  }

  #notifyParent(step: RunningRepository['stage'], wait?: Wait): void {
    this.#parent.notify({ repository: this.label, stage: step, rows: this.#rows, ...(wait && { pause: wait }) });
  }
}
