import { printableLines } from '../printable.ts';

/** Error codes of an output that nobody reads any more: `| head` has ended, or the terminal was closed. */
const READER_GONE = ['EPIPE', 'EIO'];

/** Prints lines of the command's result on standard output. */
export function printResult(text: string): void {
  process.stdout.write(`${printableLines(text)}\n`);
}

/** Prints lines for the user on standard error. */
export function printNotice(text: string): void {
  process.stderr.write(`${printableLines(text)}\n`);
}

/** Prints an error message on standard error. */
export function printError(message: string): void {
  printNotice(`error: ${message}`);
}

/**
 * Keeps the process running when its output can't be written.
 * @returns A function that waits until everything is written, and returns whether standard output accepted it.
 */
export function surviveOutputErrors(): () => Promise<boolean> {
  let accepted = true;
  // An error of standard error can't be printed anywhere.
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!accepted || READER_GONE.includes(error.code ?? '')) return;
    accepted = false;
    printError(`standard output can't be written: ${error.message}`);
  });
  return async () => {
    await new Promise<void>((resolve) => void process.stdout.write('', () => resolve()));
    return accepted;
  };
}
