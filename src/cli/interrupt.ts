import { ENDING_SIGNALS, INTERRUPTED } from '../processes/signals.ts';
import { exitProcess } from './exit-process.ts';
import { printNotice } from './output.ts';

/** The first Ctrl-C, SIGTERM or SIGHUP. */
export interface Interrupt {
  /** Aborts work that can be stopped immediately. */
  signal: AbortSignal;
  /** Resolves when the signal arrives. */
  reached: Promise<NodeJS.Signals>;
}

/**
 * Listens for Ctrl-C, SIGTERM and SIGHUP, so that work can be stopped in order. A second signal ends the process
 * immediately, except for SIGHUP, which both the shell and the kernel send when a terminal is closed.
 */
export function listenForInterrupt(): Interrupt {
  const controller = new AbortController();
  const reached = new Promise<NodeJS.Signals>((resolve) => {
    const onSignal = (signal: NodeJS.Signals) => {
      if (controller.signal.aborted) {
        if (signal === 'SIGHUP') return;
        exitProcess(INTERRUPTED);
      }
      printNotice('\nStopping. Press Ctrl-C again to stop immediately.');
      controller.abort(new Error('interrupted'));
      resolve(signal);
    };
    for (const name of ENDING_SIGNALS) process.on(name, onSignal);
  });
  return { signal: controller.signal, reached };
}
