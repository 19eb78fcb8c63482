import { git, initRepository, latin1 } from './git.ts';
import { Branch, Clock } from './history.ts';
import { type ObjectFormat, ObjectWriter } from './objects.ts';

/** Numbers that depend on nothing but the seed (mulberry32). */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** An integer from 0 to below `sides`. */
  roll(sides: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let x = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return Math.floor((((x ^ (x >>> 14)) >>> 0) / 4_294_967_296) * sides);
  }

  pick<T>(choices: readonly T[]): T {
    if (choices.length === 0) throw new Error('There is nothing to pick from.');
    return choices[this.roll(choices.length)] as T;
  }
}

// Few different lines, most of them repeated over and over, so that a diff has to choose which of them moved.
const VOCABULARY = ['', '', '{', '}', '}', '\treturn;', '  x += 1;', '// todo', 'begin', 'end', 'if (x) {', '} else {', 'foo();\r'];
const FOLDERS = ['', '', 'lib/', 'lib/deep/', 'docs/'];
const AUTHORS = ['Ann <ann@example.org>', 'Bob <bob@example.org>', ' <>', '\u00c7a\u011fla <c@example.org>'];

/** Edits one line of history after the other by chance. */
class Editor {
  readonly dice: Dice;
  /** Contents that once were, for reverts. */
  readonly #past: Buffer[] = [];
  #names = 0;

  constructor(seed: number) {
    this.dice = new Dice(seed);
  }

  line(): string {
    return this.dice.roll(3) === 0 ? `unique ${this.dice.roll(1_000_000)}` : this.dice.pick(VOCABULARY);
  }

  lines(most: number): string[] {
    return Array.from({ length: this.dice.roll(most) }, () => this.line());
  }

  newPath(): string {
    return `${this.dice.pick(FOLDERS)}f${++this.#names}.txt`;
  }

  /** A few hunks of a text are replaced, filled in or dropped; now and then the last line end with them. */
  rewrite(content: Buffer): Buffer {
    const text = content.toString('latin1').split('\n');
    for (let hunks = 1 + this.dice.roll(3); hunks > 0; hunks--) {
      text.splice(this.dice.roll(text.length + 1), this.dice.roll(4), ...this.lines(5));
    }
    return latin1(text.join('\n'));
  }

  edit(branch: Branch): void {
    const paths = [...branch.files].filter(([, { mode }]) => mode !== '160000').map(([path]) => path);
    const { dice } = this;
    const chance = paths.length === 0 ? 0 : dice.roll(100);
    if (chance < 8) branch.write(this.newPath(), `${this.lines(40).join('\n')}\n`, dice.pick(['100644', '100644', '100755']));
    else {
      const path = dice.pick(paths);
      const content = branch.read(path);
      const mode = branch.files.get(path)?.mode ?? '100644';
      this.#past.push(content);
      if (chance < 60) branch.write(path, this.rewrite(content), mode);
      else if (chance < 66) branch.remove(path);
      else if (chance < 72) branch.move(path, this.newPath());
      else if (chance < 80) branch.remove(path).write(this.newPath(), this.rewrite(content), mode);
      else if (chance < 84) branch.write(this.newPath(), this.rewrite(content));
      else if (chance < 88) branch.write(path, content, dice.pick(['100644', '100755']));
      else if (chance < 91) branch.link(path, dice.pick(paths));
      else if (chance < 93) branch.write(path, `\0${content}`);
      else if (chance < 98) branch.write(path, dice.pick(this.#past));
      else branch.submodule('sub', dice.pick(['a', 'b', 'c']).repeat(branch.objects.format === 'sha1' ? 40 : 64));
    }
  }

  /** Takes what the other branch has; where both have a file, one of them, or the top of one and the end of the other. */
  combine(into: Branch, other: Branch): void {
    const ours = new Map(into.files);
    into.absorb(other);
    for (const [path, { hash, mode }] of other.files) {
      const mine = ours.get(path);
      if (mine === undefined || mine.hash === hash || mode === '160000' || mine.mode === '160000') continue;
      const [a, b] = [into.objects.read(mine.hash), into.objects.read(hash)];
      const half = (text: Buffer) => text.indexOf('\n', text.length / 2) + 1;
      const choice = this.dice.roll(4);
      if (choice === 0) into.write(path, a, mine.mode);
      if (choice === 1) into.write(path, Buffer.concat([a.subarray(0, half(a)), b.subarray(half(b))]), mine.mode);
    }
  }
}

/**
 * Makes a history by chance, the same one for the same numbers: edits, renames, modes, links, binaries,
 * branches, merges of all sorts (resolved in ways that no parent has), clocks that stand wrong. HEAD is main; the branches that
 * are left at the end are refs too.
 */
export async function makeRandomRepository(dir: string, seed: number, commits: number, format: ObjectFormat = 'sha1') {
  const editor = new Editor(seed);
  const { dice } = editor;
  const objects = new ObjectWriter(format);
  const clock = new Clock();
  const main = new Branch(objects, clock);
  for (let files = 0; files < 5; files++) main.write(editor.newPath(), editor.lines(60).join('\n'));
  main.commit('Start\n');
  let branches = [main];
  for (let made = 1; made < commits; made++) {
    const branch = dice.pick(branches);
    const time = clock.next() + (dice.roll(5) === 0 ? dice.roll(200_000) - 100_000 : 0);
    const options = { author: `${dice.pick(AUTHORS)} ${time} +0${dice.roll(10)}00`, committer: `Carl <carl@example.org> ${time} +0000` };
    const others = branches.filter((other) => other !== branch);
    const action = dice.roll(10);
    if (action < 2 && branches.length < 4) branches.push(branch.fork());
    if (action >= 8 && others.length > 0) {
      const merged = others.slice(0, 1 + dice.roll(2));
      for (const other of merged) editor.combine(branch, other);
      if (dice.roll(4) === 0) editor.edit(branch);
      branch.commit(`Merge pull request #${1 + dice.roll(30)} from owner/topic\n\nCommit ${made}\n`, { ...options, with: merged });
      branches = branches.filter((other) => other === main || !merged.includes(other) || dice.roll(2) === 0);
    } else {
      for (let edits = dice.roll(4); edits >= 0; edits--) editor.edit(branch);
      branch.commit(`Commit ${made}\n`, options);
    }
  }
  initRepository(dir, `--object-format=${format}`);
  objects.writeTo(dir);
  branches.forEach((branch, index) => {
    git(dir, ['update-ref', branch === main ? 'refs/heads/main' : `refs/heads/topic-${index}`, branch.tip]);
  });
  return { dir, head: main.tip, branches: branches.map(({ tip }) => tip) };
}
