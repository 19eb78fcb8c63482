import { bytes, type Text } from './git.ts';
import type { Entry, ObjectWriter } from './objects.ts';

export interface CommitOptions {
  /** The whole line after 'author ', date included; null leaves the line out. */
  author?: Text | null;
  /** The same for the committer. */
  committer?: Text | null;
  /** Header lines after the committer's, each with its line end. */
  headers?: Text;
  /** Branches that are merged: their tips become the further parents. */
  with?: readonly Branch[];
  /** All parents, where `with` isn't enough. */
  parents?: readonly string[];
  /** Seconds, for author and committer; the default goes on by a minute a commit. */
  time?: number;
}

/** Hands out the time of commits that don't care about it. */
export class Clock {
  #now = 1_600_000_000;

  next(): number {
    this.#now += 60;
    return this.#now;
  }
}

/** A key of {@link Branch.files}: the bytes of a path, one a character. */
export const pathKey = (path: Text): string => bytes(path).toString('latin1');

/** A line of history under construction: a tip, and the files that its next commit will have. */
export class Branch {
  readonly objects: ObjectWriter;
  readonly clock: Clock;
  readonly files: Map<string, Entry>;
  /** The files where it was forked off, to know at a merge what changed on it. */
  readonly #base: ReadonlyMap<string, Entry>;
  #tip: string | null;

  constructor(objects: ObjectWriter, clock: Clock, files: ReadonlyMap<string, Entry> = new Map(), tip: string | null = null) {
    this.objects = objects;
    this.clock = clock;
    this.files = new Map(files);
    this.#base = new Map(files);
    this.#tip = tip;
  }

  get tip(): string {
    if (this.#tip === null) throw new Error('The branch has no commit yet.');
    return this.#tip;
  }

  fork(): Branch {
    return new Branch(this.objects, this.clock, this.files, this.#tip);
  }

  write(path: Text, content: Text, mode = '100644'): this {
    this.files.set(pathKey(path), { mode, hash: this.objects.add('blob', content) });
    return this;
  }

  read(path: Text): Buffer {
    return this.objects.read(this.#entry(path).hash);
  }

  append(path: Text, content: Text): this {
    const { mode } = this.#entry(path);
    return this.write(path, Buffer.concat([this.read(path), bytes(content)]), mode);
  }

  /** Changes single lines, counted from 1. */
  change(path: Text, lines: Readonly<Record<number, string>>): this {
    const before = this.read(path).toString('latin1').split('\n');
    const after = before.map((line, index) => lines[index + 1] ?? line).join('\n');
    return this.write(path, Buffer.from(after, 'latin1'), this.#entry(path).mode);
  }

  link(path: Text, target: Text): this {
    return this.write(path, target, '120000');
  }

  submodule(path: Text, hash: string): this {
    this.files.set(pathKey(path), { mode: '160000', hash });
    return this;
  }

  chmod(path: Text, mode: string): this {
    this.files.set(pathKey(path), { ...this.#entry(path), mode });
    return this;
  }

  copy(from: Text, to: Text): this {
    this.files.set(pathKey(to), this.#entry(from));
    return this;
  }

  move(from: Text, to: Text): this {
    return this.copy(from, to).remove(from);
  }

  /** Removes a file or a whole folder. */
  remove(path: Text): this {
    const key = pathKey(path);
    for (const name of this.files.keys()) {
      if (name === key || name.startsWith(`${key}/`)) this.files.delete(name);
    }
    return this;
  }

  /** Takes over what changed on another branch since it was forked off, the first half of a merge. */
  absorb(other: Branch): this {
    for (const [path, entry] of other.files) {
      const before = other.#base.get(path);
      if (before?.hash !== entry.hash || before.mode !== entry.mode) this.files.set(path, entry);
    }
    for (const path of other.#base.keys()) {
      if (!other.files.has(path)) this.files.delete(path);
    }
    return this;
  }

  /** Commits the files as they are; a message of null leaves out even the blank line before it. */
  commit(message: Text | null, options: CommitOptions = {}): string {
    const time = options.time ?? this.clock.next();
    const parents = options.parents ?? [this.#tip ?? [], (options.with ?? []).map(({ tip }) => tip)].flat();
    const author = options.author === undefined ? `Ada Author <ada@example.org> ${time} +0000` : options.author;
    const committer = options.committer === undefined ? `Carl Committer <carl@example.org> ${time} +0000` : options.committer;
    const body = [
      `tree ${this.objects.addTree(this.files)}\n`,
      ...parents.map((parent) => `parent ${parent}\n`),
      ...(author === null ? [] : ['author ', author, '\n']),
      ...(committer === null ? [] : ['committer ', committer, '\n']),
      options.headers ?? '',
      ...(message === null ? [] : ['\n', message]),
    ];
    this.#tip = this.objects.add('commit', Buffer.concat(body.map(bytes)));
    return this.#tip;
  }

  /** Takes over the other branches and commits. */
  merge(others: readonly Branch[], message: Text, options: CommitOptions = {}): string {
    for (const other of others) this.absorb(other);
    return this.commit(message, { with: others, ...options });
  }

  #entry(path: Text): Entry {
    const entry = this.files.get(pathKey(path));
    if (entry === undefined) throw new Error(`No file ${bytes(path)} on the branch.`);
    return entry;
  }
}

/** Numbered lines: 'word 1\nword 2\n…'. */
export function lines(count: number, word = 'line'): string {
  return Array.from({ length: count }, (_, index) => `${word} ${index + 1}\n`).join('');
}
