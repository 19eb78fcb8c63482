/** What the first Ctrl-C (or SIGTERM) sets off. */
export interface Interrupt {
  /** Aborts what can be put down at once. */
  signal: AbortSignal;
  /** Settles when it comes. */
  reached: Promise<'interrupted'>;
}

/** Waits for Ctrl-C (or SIGTERM), so that work can be put down in order; the second one ends the process at once. */
export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  const reached = new Promise<'interrupted'>((resolve) => {
    const onSignal = () => {
      if (controller.signal.aborted) process.exit(130);
      process.stderr.write('\nStopping; once more to stop at once.\n');
      controller.abort(new Error('interrupted'));
      resolve('interrupted');
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
  return { signal: controller.signal, reached };
}
