import type { Dice } from './dice.ts';

const AUTHORS = 60;
const FILES_PER_FOLDER = 40;
const LINES = 120;
const FIRST_TIME = 1_300_000_000;
const SECONDS_BETWEEN = 3_600;
/** One commit of so many is made on a branch and merged at once. */
const MERGE_EVERY = 20;

/** A history made up by chance, as input of `git fast-import`. */
export class History {
  readonly #dice: Dice;
  readonly #filesPerCommit: number;
  readonly #contents: string[][] = [];
  #words = 0;

  /** @param filesPerCommit New files per commit, on average. */
  constructor(dice: Dice, filesPerCommit: number) {
    this.#dice = dice;
    this.#filesPerCommit = filesPerCommit;
  }

  /** Files there are so far. */
  get files(): number {
    return this.#contents.length;
  }

  /** The stream of a history of so many commits on `main`. */
  *stream(commits: number): Generator<string> {
    let mark = 0;
    while (mark < commits) {
      const base = mark;
      mark += 1;
      if (mark % MERGE_EVERY !== 0 || mark + 2 > commits) {
        yield commit('refs/heads/main', mark, this.#author(), `Commit ${mark}\n\nWhat it is about.\n`) + this.#changes(mark);
        continue;
      }
      // A branch and a merge of it: what it changes is told again where it is merged.
      const changes = this.#changes(mark);
      yield `${commit('refs/heads/side', mark, this.#author(), `Side ${mark}\n`, base)}${changes}`;
      const main = mark + 1;
      yield `${commit('refs/heads/main', main, this.#author(), `Commit ${main}\n`, base)}${this.#line(`notes/${main % 50}.md`)}`;
      mark += 2;
      yield `${commit('refs/heads/main', mark, this.#author(), `Merge pull request #${mark} from side/${mark}\n\nSide ${main}\n`, main, base + 1)}${changes}`;
    }
  }

  /** New files as often as they are due, and small edits of one to three others. */
  #changes(mark: number): string {
    const changed = new Set<number>();
    while (this.#contents.length < Math.max(1, mark * this.#filesPerCommit)) {
      changed.add(this.#contents.length);
      this.#contents.push(Array.from({ length: 1 + this.#dice.roll(LINES * 2) }, () => this.#text()));
    }
    for (let edits = 1 + this.#dice.roll(3); edits > 0; edits--) {
      // Some files are edited far more often than others.
      const index = Math.floor(this.#dice.chance() ** 3 * this.#contents.length);
      const lines = this.#contents[index];
      if (lines === undefined) continue;
      lines.splice(this.#dice.roll(lines.length + 1), this.#dice.roll(4), ...Array.from({ length: 1 + this.#dice.roll(4) }, () => this.#text()));
      changed.add(index);
    }
    return [...changed].map((index) => file(pathOf(index), `${this.#contents[index]?.join('\n')}\n`)).join('');
  }

  #line(path: string): string {
    return file(path, `${this.#text()}\n`);
  }

  #text(): string {
    this.#words += 1;
    return this.#dice.roll(8) === 0 ? '}' : `  const value${this.#words} = call(${this.#dice.roll(1_000)}, 'text');`;
  }

  #author(): string {
    const number = this.#dice.roll(AUTHORS);
    return `Author ${number} <author-${number}@example.org>`;
  }
}

function commit(ref: string, mark: number, author: string, message: string, ...parents: number[]): string {
  const [from, ...merged] = parents;
  const person = `${author} ${FIRST_TIME + mark * SECONDS_BETWEEN} +0000`;
  const lines = [`commit ${ref}`, `mark :${mark}`, `author ${person}`, `committer ${person}`, `data ${message.length}`, message];
  if (from !== undefined && from > 0) lines.push(`from :${from}`);
  return `${[...lines, ...merged.map((parent) => `merge :${parent}`)].join('\n')}\n`;
}

function file(path: string, content: string): string {
  return `M 100644 inline ${path}\ndata ${content.length}\n${content}\n`;
}

function pathOf(index: number): string {
  const folder = Math.floor(index / FILES_PER_FOLDER);
  return `src/part-${folder % 9}/folder-${folder}/file-${index}.ts`;
}
