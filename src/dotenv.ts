import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { InvalidInput } from './model/errors.ts';

/**
 * Variables that a `.env` file sets; none where there is no file.
 * @param known Names that count. A file in whatever folder a command is started in must not set those that make other
 * programs run something (LD_PRELOAD, NODE_OPTIONS).
 * @throws InvalidInput where there is one that can't be read.
 */
export function readDotenv(file: string, known: readonly string[]): [string, string][] {
  let text: string;
  try {
    text = readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return [];
    throw new InvalidInput([`${file} in the current folder can't be read (${code}); remove it or make it readable`]);
  }
  const values = parseEnv(text);
  return known.flatMap((name): [string, string][] => {
    const value = values[name];
    return value === undefined ? [] : [[name, value]];
  });
}

/** @throws An error with the code EISDIR or EINVAL where it is no regular file: a pipe would be waited for. */
function readFile(file: string): string {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile() && !stats.isDirectory()) throw Object.assign(new Error('is no regular file'), { code: 'EINVAL' });
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}
