/** Whoever read has gone: `| head` has seen enough, a terminal was closed. */
const READER_GONE = ['EPIPE', 'EIO'];

/**
 * Lets work go on and end in order whatever becomes of what it prints.
 * @returns What waits at the end until all is printed, and tells whether standard output took it.
 */
export function outliveOutput(): () => Promise<boolean> {
  let took = true;
  // Where standard error takes nothing there is nobody to tell.
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!took || READER_GONE.includes(error.code ?? '')) return;
    took = false;
    process.stderr.write(`error: standard output can't be written: ${error.message}\n`);
  });
  return async () => {
    await new Promise<void>((resolve) => void process.stdout.write('', () => resolve()));
    return took;
  };
}
