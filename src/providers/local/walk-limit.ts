import { FatalError } from '../../model/errors.ts';

/** More than any repository has that can be worked with: a million loose objects take git minutes by themselves. */
const MAX_ENTRIES = 5_000_000;

/** Folders within folders: what git itself can name. */
const MAX_DEPTH = 200;

/** How long looking may take, in ms. */
const MAX_TIME = 120_000;

/** Bounds a walk through folders that somebody else has made. */
export class WalkLimit {
  #entries = 0;
  readonly #end = performance.now() + MAX_TIME;

  /**
   * Counts what was found in a folder.
   * @throws FatalError naming the folder where a limit is reached.
   */
  count(folder: string, entries: number, depth: number): void {
    this.#entries += entries;
    const limit =
      depth > MAX_DEPTH
        ? `folders nested deeper than ${MAX_DEPTH}`
        : this.#entries > MAX_ENTRIES
          ? `more than ${MAX_ENTRIES} files`
          : performance.now() > this.#end
            ? `more than can be looked at in ${MAX_TIME / 1000} seconds`
            : undefined;
    if (limit !== undefined) throw new FatalError(`its git data has ${limit}, as of ${folder}; run 'git gc' and 'git pack-refs --all' there`);
  }
}
