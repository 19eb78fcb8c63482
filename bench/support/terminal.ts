/** Lets long measurements go on when their terminal is closed: neither its signal nor writing to it ends them. */
export function outliveTerminal(): void {
  process.on('SIGHUP', () => undefined);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/** Aborts at Ctrl-C or SIGTERM, so that processes and folders of ours go too; the second one ends this process at once. */
export function untilInterrupted(): AbortSignal {
  const controller = new AbortController();
  const onSignal = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return controller.signal;
}
