import { CancellationScope, condition, isCancellation, setHandler } from '@temporalio/workflow';
import { isUnheardStop } from './failures.ts';
import { pauseSignal, resumeSignal } from './messages.ts';

/** Whether a workflow is paused by signals, and the scope that a pause has to end. */
export class PauseSwitch {
  paused: boolean;
  #scope: CancellationScope | undefined;

  constructor(paused = false) {
    this.paused = paused;
  }

  /**
   * Begins to heed signals, of which some may have been waiting since before the workflow began.
   * @param onChange Called after each.
   */
  listen(onChange: () => void = () => undefined): void {
    const set = (paused: boolean) => {
      this.paused = paused;
      if (paused) this.#scope?.cancel();
      onChange();
    };
    setHandler(pauseSignal, () => set(true));
    setHandler(resumeSignal, () => set(false));
  }

  /** Waits while paused. */
  async opened(): Promise<void> {
    await condition(() => !this.paused);
  }

  /**
   * Runs work that a pause cancels.
   * @returns What the work gives, or the failure with which it stopped because of a pause, which may be over by then.
   */
  async run<T>(work: () => Promise<T>): Promise<{ result: T } | { stopped: unknown }> {
    const scope = new CancellationScope();
    this.#scope = scope;
    try {
      return { result: await scope.run(work) };
    } catch (error) {
      const byPause = scope.consideredCancelled && !CancellationScope.current().consideredCancelled;
      if (byPause && (isCancellation(error) || isUnheardStop(error))) return { stopped: error };
      throw error;
    } finally {
      this.#scope = undefined;
    }
  }
}
