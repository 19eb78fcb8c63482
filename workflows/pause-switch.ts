import { CancellationScope, condition, setHandler } from '@temporalio/workflow';
import { pauseSignal, resumeSignal } from './messages.ts';

/** Whether a workflow is paused by signals, and the scope that a pause has to end. */
export class PauseSwitch {
  paused = false;
  #scope: CancellationScope | undefined;

  constructor(onChange: (paused: boolean) => void = () => undefined) {
    const set = (paused: boolean) => {
      this.paused = paused;
      if (paused) this.#scope?.cancel();
      onChange(paused);
    };
    setHandler(pauseSignal, () => set(true));
    setHandler(resumeSignal, () => set(false));
  }

  /** Waits while paused. */
  async opened(): Promise<void> {
    await condition(() => !this.paused);
  }

  /** Runs work that a pause cancels. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const scope = new CancellationScope();
    this.#scope = scope;
    try {
      return await scope.run(work);
    } finally {
      this.#scope = undefined;
    }
  }
}
