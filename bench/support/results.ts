import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '..', 'results');

/** Figures of one run of the bench, one JSON object a line, written as they come. */
export class Results {
  readonly file: string;

  /** @param name What is measured; becomes part of the file's name. */
  constructor(name: string) {
    mkdirSync(FOLDER, { recursive: true });
    const time = new Date().toISOString().replace(/[:.]/g, '-');
    this.file = join(FOLDER, `${name.replace(/[^\w.-]+/g, '_')}-${time}.jsonl`);
  }

  /** Writes a line; it is in the file when this returns. */
  write(line: Record<string, unknown>): void {
    appendFileSync(this.file, `${JSON.stringify({ at: new Date().toISOString(), ...line })}\n`);
  }
}
