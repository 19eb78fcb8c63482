import { printableLines } from '../printable.ts';

/** Whoever read has gone: `| head` has seen enough, a terminal was closed. */
const READER_GONE = ['EPIPE', 'EIO'];

/** Prints lines of a command's result on standard output. */
export function print(text: string): void {
  process.stdout.write(`${printableLines(text)}\n`);
}

/** Prints lines for the person at the terminal on standard error. */
export function tell(text: string): void {
  process.stderr.write(`${printableLines(text)}\n`);
}

/** Prints what went wrong on standard error. */
export function complain(message: string): void {
  tell(`error: ${message}`);
}

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
    complain(`standard output can't be written: ${error.message}`);
  });
  return async () => {
    await new Promise<void>((resolve) => void process.stdout.write('', () => resolve()));
    return took;
  };
}
