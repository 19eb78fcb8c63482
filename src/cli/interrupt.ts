/** Settles at the first Ctrl-C (or SIGTERM), so that work can be put down in order; the second one ends the process at once. */
export function onInterrupt(): Promise<'interrupted'> {
  return new Promise((resolve) => {
    let asked = false;
    const onSignal = () => {
      if (asked) process.exit(130);
      asked = true;
      process.stderr.write('\nStopping; once more to stop at once.\n');
      resolve('interrupted');
    };
    process.on('SIGINT', onSignal);
    process.on('SIGTERM', onSignal);
  });
}
