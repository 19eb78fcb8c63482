import { clip } from '../model/clip.ts';
import { FatalError } from '../model/errors.ts';

/** Maximum size of one piece: no database holds a longer path, ref or name, and none may exhaust memory. */
const MAX_PIECE_BYTES = 64_000_000;

/**
 * Splits git's output at a byte and yields groups of whole pieces as they arrive: one iteration per chunk
 * instead of one per piece, which matters with a million pieces.
 * A piece after the last separator is included unless it is empty.
 * @throws FatalError for a piece that is too long.
 */
export async function* split(output: AsyncIterable<Buffer>, separator: number): AsyncGenerator<Buffer[]> {
  let rest: Buffer[] = [];
  let length = 0;
  for await (const chunk of output) {
    const pieces: Buffer[] = [];
    let start = 0;
    for (let end = chunk.indexOf(separator); end !== -1; end = chunk.indexOf(separator, start)) {
      const piece = chunk.subarray(start, end);
      pieces.push(rest.length === 0 ? piece : Buffer.concat([...rest, piece]));
      rest = [];
      length = 0;
      start = end + 1;
    }
    if (start < chunk.length) {
      rest.push(chunk.subarray(start));
      length += chunk.length - start;
    }
    if (length > MAX_PIECE_BYTES) {
      const begin = clip(Buffer.concat(rest.slice(0, 1)).toString('utf8'), 200);
      throw new FatalError(`a path or name of more than ${MAX_PIECE_BYTES} bytes can't be read; it begins with '${begin}'`);
    }
    if (pieces.length > 0) yield pieces;
  }
  if (rest.length > 0) yield [Buffer.concat(rest)];
}

export const NUL = 0;
export const NEWLINE = 10;
