import { CancellationScope, condition, isCancellation, setHandler } from '@temporalio/workflow';
import { failedBeforeCancelDelivered } from './failures.ts';
import { pauseSignal, resumeSignal } from './messages.ts';

/** Whether signals have paused a workflow, and the scope that a pause cancels. */
export class PauseSwitch {
  #paused: boolean;
  #scope: CancellationScope | undefined;

  constructor(paused = false) {
    this.#paused = paused;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /**
   * Sets the handlers of the signals `pause` and `resume`, which also receive signals that are already waiting.
   * @param onChange Called after each signal.
   */
  listen(onChange: () => void = () => undefined): void {
    const set = (paused: boolean) => {
      this.#paused = paused;
      if (paused) this.#scope?.cancel();
      onChange();
    };
    setHandler(pauseSignal, () => set(true));
    setHandler(resumeSignal, () => set(false));
  }

  /** Waits while the workflow is paused. */
  async waitUntilResumed(): Promise<void> {
    await condition(() => !this.#paused);
  }

  /**
   * Runs work, which a pause cancels.
   * @returns The result, or the failure with which the work ended because of a pause. The pause may be over by then.
   */
  async runUntilPaused<T>(work: () => Promise<T>): Promise<{ result: T } | { stopped: unknown }> {
    const scope = new CancellationScope();
    this.#scope = scope;
    try {
      return { result: await scope.run(work) };
    } catch (error) {
      const byPause = scope.consideredCancelled && !CancellationScope.current().consideredCancelled;
      if (byPause && (isCancellation(error) || failedBeforeCancelDelivered(error))) return { stopped: error };
      throw error;
    } finally {
      this.#scope = undefined;
    }
  }
}
