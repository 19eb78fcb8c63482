import { type ChildWorkflowHandle, getExternalWorkflowHandle, log } from '@temporalio/workflow';
import { clip } from '../src/model/clip.ts';
import type { Pause, RunningRepository } from '../src/model/progress.ts';
import { pauseSignal, type RepositoryProgress, resumeSignal } from './messages.ts';
import type { PauseSwitch } from './pause-switch.ts';
import type { repoSync } from './repo-sync.ts';

type Handle = ChildWorkflowHandle<typeof repoSync>;

interface Child {
  handle: Handle;
  shown: RunningRepository;
  /** What it was told last. */
  paused: boolean;
  telling: boolean;
}

/** The `repoSync` workflows that a run has at work: how far they are, and whether they are paused. */
export class Children {
  readonly #pause: PauseSwitch;
  readonly #running = new Map<string, Child>();

  /** @param pause Whether they have to be paused. */
  constructor(pause: PauseSwitch) {
    this.#pause = pause;
  }

  get count(): number {
    return this.#running.size;
  }

  get shown(): RunningRepository[] {
    return [...this.#running.values()].map(({ shown }) => shown);
  }

  add(handle: Handle, repository: string): void {
    const { workflowId } = handle;
    const child: Child = { handle, shown: { repository, workflowId, stage: 'prepare', rows: {} }, paused: false, telling: false };
    this.#running.set(workflowId, child);
    // A pause may have come while it was started.
    this.#tell(child);
  }

  remove({ workflowId }: Handle): void {
    this.#running.delete(workflowId);
  }

  /** Notes how far a child says that it is. One that has ended may still be heard of. */
  show({ pause, ...progress }: RepositoryProgress): void {
    const child = this.#running.get(progress.workflowId);
    if (child === undefined) {
      log.warn('ignored the progress of a workflow that is no child at work', { workflowId: clip(progress.workflowId, ID_BYTES) });
      return;
    }
    const { repository } = child.shown;
    child.shown = { repository, ...progress, ...(pause === undefined ? {} : { pause: pauseOf(pause) }) };
  }

  /** Hands a pause, or its end, on to all of them. */
  tellAll(): void {
    for (const child of this.#running.values()) this.#tell(child);
  }

  /** Asks all of them to stop, in whichever run they are: cancelling this workflow reaches just the first one of each. */
  cancelAll(): void {
    for (const workflowId of this.#running.keys()) {
      const asked = getExternalWorkflowHandle(workflowId).cancel();
      // One that has just ended needn't be.
      asked.catch(() => undefined);
    }
  }

  #tell(child: Child): void {
    if (child.telling) return;
    child.telling = true;
    this.#bringUpToDate(child)
      // One that has just ended needs no signal.
      .catch(() => undefined)
      .finally(() => {
        child.telling = false;
      });
  }

  /** Signals overtake each other on their way: the next one is sent when the last has arrived. */
  async #bringUpToDate(child: Child): Promise<void> {
    while (child.paused !== this.#pause.paused) {
      child.paused = this.#pause.paused;
      await child.handle.signal(child.paused ? pauseSignal : resumeSignal);
    }
  }
}

/** Bytes of a workflow id. Temporal takes no longer ones. */
const ID_BYTES = 1_000;

function pauseOf({ reason, until }: NonNullable<RepositoryProgress['pause']>): Pause {
  return { reason, ...(until === undefined ? {} : { until }) };
}
