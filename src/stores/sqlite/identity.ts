import { type BigIntStats, realpathSync, rmSync, statSync } from 'node:fs';

/** A file by device and inode: one that takes its place has others, whatever its content. */
type FileId = string | undefined;

/** Files that SQLite keeps beside a database while it is open. */
const COMPANIONS = ['-wal', '-shm'] as const;

/** Tells whether the database at a path is still the file that was opened there. */
export class FileIdentity {
  readonly #path: string;
  readonly #database: FileId;
  /** Without links: SQLite puts the companions beside the file itself. */
  readonly #realPath: string;
  readonly #companions = new Map<string, FileId>();

  /** @param path Of a file that is there. */
  constructor(path: string) {
    this.#path = path;
    this.#realPath = realpathSync(path);
    this.#database = fileId(path);
  }

  /** Whether the file that was there at first is there. */
  holds(): boolean {
    return this.#database !== undefined && fileId(this.#path) === this.#database;
  }

  /** Notes the write-ahead log and its index, once SQLite has made them. */
  noteCompanions(): void {
    for (const suffix of COMPANIONS) this.#companions.set(suffix, fileId(this.#realPath + suffix));
  }

  /**
   * Removes the log and the index of a database that is gone: SQLite would apply them to the one that took its place.
   * Those that came with the new database stay. To be called once the connection is closed.
   */
  removeCompanions(): void {
    for (const [suffix, noted] of this.#companions) {
      const path = this.#realPath + suffix;
      if (noted !== undefined && fileId(path) === noted) rmSync(path, { force: true });
    }
  }
}

function fileId(path: string): FileId {
  const stats: BigIntStats | undefined = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? undefined : `${stats.dev}:${stats.ino}`;
}
