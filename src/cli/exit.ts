/** Exit codes of the command. */
export const EXIT = {
  ok: 0,
  /** Some repository failed, or the run as a whole. */
  someFailed: 1,
  /** Anything wrong before work starts: options, paths, a missing token, a database that can't be reached. */
  invalid: 2,
  /** What shells give a command that Ctrl-C ended. */
  interrupted: 130,
} as const;
