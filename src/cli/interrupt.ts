import { ENDING_SIGNALS, INTERRUPTED } from '../processes/signals.ts';
import { leave } from './leave.ts';
import { tell } from './output.ts';

/** What the first Ctrl-C (or SIGTERM, or the end of the terminal) sets off. */
export interface Interrupt {
  /** Aborts what can be put down at once. */
  signal: AbortSignal;
  /** Settles when it comes. */
  reached: Promise<NodeJS.Signals>;
}

/**
 * Waits for Ctrl-C (or SIGTERM, or the end of the terminal), so that work can be put down in order; the second one ends
 * the process at once, but for that of the terminal, of which a shell and the kernel each tell.
 */
export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  const reached = new Promise<NodeJS.Signals>((resolve) => {
    const onSignal = (signal: NodeJS.Signals) => {
      if (controller.signal.aborted) {
        if (signal === 'SIGHUP') return;
        leave(INTERRUPTED);
      }
      tell('\nStopping; once more to stop at once.');
      controller.abort(new Error('interrupted'));
      resolve(signal);
    };
    for (const name of ENDING_SIGNALS) process.on(name, onSignal);
  });
  return { signal: controller.signal, reached };
}
