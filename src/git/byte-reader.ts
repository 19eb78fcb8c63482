import { Interrupted } from '../model/errors.ts';

/**
 * Reads a stream of bytes by lines and by counts. Holds one chunk, or what was requested. After a failure, every later
 * read fails in the same way, because the generator behind the stream would just end.
 */
export class ByteReader {
  readonly #output: AsyncIterator<Buffer>;
  #chunk: Buffer = Buffer.alloc(0);
  #position = 0;
  #failure: { error: unknown } | undefined;

  constructor(output: AsyncIterable<Buffer>) {
    this.#output = output[Symbol.asyncIterator]();
  }

  /** The next line without its end; null at the end of the stream. */
  async line(): Promise<string | null> {
    let text = '';
    for (;;) {
      const end = this.#chunk.indexOf(10, this.#position);
      if (end !== -1) {
        text += this.#chunk.toString('latin1', this.#position, end);
        this.#position = end + 1;
        return text;
      }
      text += this.#chunk.toString('latin1', this.#position);
      if (!(await this.#next())) return text === '' ? null : text;
    }
  }

  /** Exactly `count` bytes. The stream must hold them. */
  async bytes(count: number): Promise<Buffer> {
    if (this.#chunk.length - this.#position >= count) {
      const bytes = this.#chunk.subarray(this.#position, this.#position + count);
      this.#position += count;
      return bytes;
    }
    const bytes = Buffer.allocUnsafe(count);
    let filled = 0;
    while (filled < count) {
      if (this.#position === this.#chunk.length && !(await this.#next())) throw new Interrupted(`git's output ended ${count - filled} bytes early`);
      const copied = this.#chunk.copy(bytes, filled, this.#position);
      filled += copied;
      this.#position += copied;
    }
    return bytes;
  }

  /** Skips `count` bytes without holding them. */
  async skip(count: number): Promise<void> {
    let left = count;
    while (left > 0) {
      if (this.#position === this.#chunk.length && !(await this.#next())) throw new Interrupted(`git's output ended ${left} bytes early`);
      const step = Math.min(left, this.#chunk.length - this.#position);
      this.#position += step;
      left -= step;
    }
  }

  /** Stops reading, which ends the process behind the stream. */
  async close(): Promise<void> {
    await this.#output.return?.();
  }

  async #next(): Promise<boolean> {
    if (this.#failure !== undefined) throw this.#failure.error;
    try {
      const { value, done } = await this.#output.next();
      this.#chunk = done === true ? Buffer.alloc(0) : value;
      this.#position = 0;
      return done !== true;
    } catch (error) {
      this.#failure = { error };
      throw error;
    }
  }
}
