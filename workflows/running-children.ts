import { type ChildWorkflowHandle, condition, getExternalWorkflowHandle, log } from '@temporalio/workflow';
import { clip } from '../src/model/clip.ts';
import type { Pause, RunningRepository } from '../src/model/progress.ts';
import { pauseSignal, type RepositoryProgress, resumeSignal } from './messages.ts';
import type { PauseSwitch } from './pause-switch.ts';
import type { repoSync } from './repo-sync.ts';

/** A `repoSync` that an `orgSync` has started. */
export type RepoSyncHandle = ChildWorkflowHandle<typeof repoSync>;

interface RunningChild {
  handle: RepoSyncHandle;
  progress: RunningRepository;
  /** Whether the last signal sent to it was `pause`. */
  paused: boolean;
  /** Whether a signal to it is on its way. */
  signaling: boolean;
}

/** Bytes of a workflow id. Temporal accepts no longer ones. */
const ID_BYTES = 1_000;

/** The `repoSync` workflows that a run has started and that haven't ended. */
export class RunningChildren {
  readonly #pause: PauseSwitch;
  readonly #running = new Map<string, RunningChild>();

  /** @param pause Passed on to the children. */
  constructor(pause: PauseSwitch) {
    this.#pause = pause;
  }

  get count(): number {
    return this.#running.size;
  }

  get progress(): RunningRepository[] {
    return [...this.#running.values()].map(({ progress }) => progress);
  }

  add(handle: RepoSyncHandle, repository: string): void {
    const { workflowId } = handle;
    const progress: RunningRepository = { repository, workflowId, stage: 'prepare', rows: {} };
    const child: RunningChild = { handle, progress, paused: false, signaling: false };
    this.#running.set(workflowId, child);
    // The pause may have changed while the child was started.
    this.#signal(child);
  }

  remove({ workflowId }: RepoSyncHandle): void {
    this.#running.delete(workflowId);
  }

  /** Stores the progress that a child has sent. It may arrive after the child has ended. */
  updateProgress({ pause, ...progress }: RepositoryProgress): void {
    const child = this.#running.get(progress.workflowId);
    if (child === undefined) {
      log.warn('ignored the progress of a workflow that is not a running child', { workflowId: clip(progress.workflowId, ID_BYTES) });
      return;
    }
    const { repository } = child.progress;
    child.progress = { repository, ...progress, ...(pause === undefined ? {} : { pause: copyPause(pause) }) };
  }

  /** Passes the pause, or its end, on to all children. */
  signalPause(): void {
    for (const child of this.#running.values()) this.#signal(child);
  }

  /** Cancels all children, in whichever run they are: cancelling this workflow reaches only the first run of each. */
  cancelAll(): void {
    for (const workflowId of this.#running.keys()) {
      const requested = getExternalWorkflowHandle(workflowId).cancel();
      // The child may have just ended.
      requested.catch(() => undefined);
    }
  }

  /** Waits until no child is running. */
  async waitForAll(): Promise<void> {
    await condition(() => this.count === 0);
  }

  #signal(child: RunningChild): void {
    if (child.signaling) return;
    child.signaling = true;
    this.#sendPauseSignals(child)
      // The child may have just ended.
      .catch(() => undefined)
      .finally(() => {
        child.signaling = false;
      });
  }

  /** Sends a signal only after the last one has arrived, as signals may overtake each other. */
  async #sendPauseSignals(child: RunningChild): Promise<void> {
    while (child.paused !== this.#pause.paused) {
      child.paused = this.#pause.paused;
      await child.handle.signal(child.paused ? pauseSignal : resumeSignal);
    }
  }
}

function copyPause({ reason, until }: NonNullable<RepositoryProgress['pause']>): Pause {
  return { reason, ...(until === undefined ? {} : { until }) };
}
