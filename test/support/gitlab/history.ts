import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Template } from '../forge/bare-repositories.ts';
import { git, gitText } from '../git.ts';

/** A branch beside the default one, as a merge request proposes it. */
export interface Change {
  base: string;
  head: string;
  /** Whether the default branch has it. */
  landed: boolean;
  /** The merge commit that brought it in, where one did. */
  merge: string | null;
  /** The one commit that all of it was squashed to, where it was. */
  squash: string | null;
}

export interface History extends Template {
  changes: Change[];
}

/**
 * A history on disk with a branch off every third commit, of up to three commits: merged, squashed and
 * then merged or not, fast-forwarded, or left. They add, change, rename and delete files, one of them binary.
 */
export function makeHistory(path: string, seed: number, commits: number): History {
  git('.', ['init', '--quiet', '--bare', '--template=', '--initial-branch=main', '--', path]);
  const stream: string[] = [];
  const plans: { base: number; head: number; landed: boolean; merge: number | null; squash: number | null }[] = [];
  let mark = 0;
  const commit = (ref: string, message: string, from: number[], files: string[]): number => {
    const number = ++mark;
    const time = 1_600_000_000 + seed * 1_000 + number * 3_600;
    const [parent, merged] = from;
    stream.push(
      `commit ${ref}\nmark :${number}\n`,
      `author Author ${number % 3} <author${number % 3}@example.org> ${time} +0100\n`,
      `committer Committer <committer@example.org> ${time} +0000\n`,
      data(`${message} — ünïcode ✓\n`),
      parent ? `from :${parent}\n` : '',
      merged ? `merge :${merged}\n` : '',
      ...files,
    );
    return number;
  };
  let tip = commit('refs/heads/main', 'Begin', [], [file('src/app.txt', lines(seed, 0)), file('old/name.txt', lines(seed, 1)), file('logo.bin', `\0${seed}`)]);
  for (let step = 1; step < commits; step++) {
    if (step % 3 !== 0) {
      tip = commit('refs/heads/main', `Change ${step}`, [tip], [file(`src/file${step % 5}.txt`, lines(seed, step))]);
      continue;
    }
    const kind = (step / 3) % 5;
    const edits = branchEdits(seed, step);
    const base = tip;
    let head = base;
    for (const edit of edits) head = commit(`refs/heads/side-${step}`, `Side ${step}`, [head], edit);
    if (kind === 0) tip = commit('refs/heads/main', 'On beside it', [base], [file('src/beside.txt', lines(seed, step))]);
    const squash =
      kind === 2 || kind === 3 ? commit(kind === 2 ? 'refs/heads/main' : `refs/heads/squash-${step}`, `Squash ${step}`, [base], edits.flat()) : null;
    if (kind === 2) tip = squash ?? tip;
    const merge = kind === 1 || kind === 3 ? commit('refs/heads/main', `Merge branch 'side-${step}'`, [base, squash ?? head], edits.flat()) : null;
    tip = kind === 4 ? head : (merge ?? tip);
    plans.push({ base, head, landed: kind !== 0, merge, squash });
  }
  commit('refs/heads/main', 'End', [tip], [file('end.txt', lines(seed, commits))]);
  const marks = join(path, 'marks');
  // One pack, where git would write a file per object: copies are quick.
  git(path, ['-c', 'fastimport.unpackLimit=1', 'fast-import', '--quiet', `--export-marks=${marks}`], { input: stream.join('') });
  const hashes = gitText(path, ['rev-list', '--reverse', '--topo-order', '--first-parent', 'main']).split('\n');
  const hashOf = new Map(
    readFileSync(marks, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.slice(1).split(' ') as [string, string]),
  );
  rmSync(marks);
  // Copies have packed refs of their own.
  rmSync(join(path, 'refs/heads'), { recursive: true });
  mkdirSync(join(path, 'refs/heads'));
  const hash = (number: number): string => hashOf.get(String(number)) ?? '';
  const maybe = (number: number | null): string | null => (number === null ? null : hash(number));
  const changes = plans.map(({ base, head, landed, merge, squash }) => ({
    base: hash(base),
    head: hash(head),
    landed,
    merge: maybe(merge),
    squash: maybe(squash),
  }));
  return { path, hashes, changes };
}

const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
const file = (path: string, text: string) => `M 100644 inline ${path}\n${data(text)}`;
const lines = (seed: number, step: number) =>
  Array.from({ length: 12 }, (_, line) => `line ${line} of ${seed}, as of step ${step - ((step + line) % 4)}\n`).join('');

/** What the commits of a branch do, one after the other. */
function branchEdits(seed: number, step: number): string[][] {
  const all = [
    [file(`src/app.txt`, lines(seed, step)), file(`new/${step}.txt`, lines(seed, step + 1))],
    [file('logo.bin', `\0${seed} ${step}`), `D new/${step}.txt\n`, file(`new/other ${step}.txt`, lines(seed, step + 2))],
    [file(`kept/${step}.txt`, 'no line end')],
  ];
  const edits = all.slice(0, 1 + (step % 4 === 0 ? 2 : step % 2));
  // Only while it is there: a later branch would fail to rename it.
  return step === 3 ? [...edits, ['R old/name.txt new/name.txt\n']] : edits;
}
