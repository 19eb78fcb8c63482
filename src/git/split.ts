/**
 * Output of git cut at a byte, in groups of whole pieces as they arrive: one step of the iteration per chunk
 * instead of one per piece, which matters at a million pieces.
 * A piece after the last separator is given too, an empty one isn't.
 */
export async function* split(output: AsyncIterable<Buffer>, separator: number): AsyncGenerator<Buffer[]> {
  let rest: Buffer[] = [];
  for await (const chunk of output) {
    const pieces: Buffer[] = [];
    let start = 0;
    for (let end = chunk.indexOf(separator); end !== -1; end = chunk.indexOf(separator, start)) {
      const piece = chunk.subarray(start, end);
      pieces.push(rest.length === 0 ? piece : Buffer.concat([...rest, piece]));
      rest = [];
      start = end + 1;
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
    if (pieces.length > 0) yield pieces;
  }
  if (rest.length > 0) yield [Buffer.concat(rest)];
}

export const NUL = 0;
export const NEWLINE = 10;
