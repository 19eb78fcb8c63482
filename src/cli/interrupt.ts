import { leave } from './leave.ts';

/** What the first Ctrl-C (or SIGTERM, or the end of the terminal) sets off. */
export interface Interrupt {
  /** Aborts what can be put down at once. */
  signal: AbortSignal;
  /** Settles when it comes. */
  reached: Promise<'interrupted'>;
}

/**
 * Waits for Ctrl-C (or SIGTERM, or the end of the terminal), so that work can be put down in order; the second one ends
 * the process at once, but for that of the terminal, of which a shell and the kernel each tell.
 */
export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  const reached = new Promise<'interrupted'>((resolve) => {
    const onSignal = (signal: NodeJS.Signals) => {
      if (controller.signal.aborted) {
        if (signal === 'SIGHUP') return;
        leave(130);
      }
      process.stderr.write('\nStopping; once more to stop at once.\n');
      controller.abort(new Error('interrupted'));
      resolve('interrupted');
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
    process.on('SIGHUP', onSignal);
  });
  return { signal: controller.signal, reached };
}
