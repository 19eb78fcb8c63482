/** Signals by which terminals, people and supervisors end a program. */
export const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Exit code of a process that was interrupted: what shells give a command that Ctrl-C ended. */
export const INTERRUPTED = 130;

let installed = 0;

/**
 * Ends this process at a signal, unless another listener handles it. Unlike the kernel's default, this runs exit
 * handlers, and it works for the first process of a container.
 * @param exit Ends the process with an exit code.
 */
export function exitOnSignal(exit: (code: number) => void): void {
  installed = 1;
  for (const name of ENDING_SIGNALS) {
    process.on(name, () => {
      if (!isHandled(name)) exit(INTERRUPTED);
    });
  }
}

/** Whether a listener other than {@link exitOnSignal} handles a signal. */
export function isHandled(name: NodeJS.Signals): boolean {
  return process.listenerCount(name) > installed;
}
