import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { git } from '../git.ts';

/** A small history on disk that several repositories of a world are copies of. */
export interface Template {
  path: string;
  /** Oldest first. */
  hashes: string[];
}

/** Commits by some authors, each of which changes a file or two; every seventh merges a side branch. */
export function makeTemplate(path: string, seed: number, commits: number): Template {
  git('.', ['init', '--quiet', '--bare', '--template=', '--initial-branch=main', '--', path]);
  const stream: string[] = [];
  const data = (text: string) => `data ${Buffer.byteLength(text)}\n${text}\n`;
  for (let number = 1; number <= commits; number++) {
    const merge = number % 7 === 0;
    const time = 1_600_000_000 + seed * 1_000 + number * 3_600;
    stream.push(
      `commit refs/heads/main\nmark :${number}\n`,
      `author Author ${number % 3} <author${number % 3}@example.org> ${time} +0100\n`,
      `committer Committer <committer@example.org> ${time} +0000\n`,
      data(merge ? `Merge side ${number}\n` : `Change ${number} — ünïcode ✓\n`),
      number > 1 ? `from :${number - 1}\n` : '',
      merge ? `merge :${number - 3}\n` : '',
      `M 100644 inline src/file${number % 5}.txt\n`,
      data(Array.from({ length: 12 }, (_, line) => `line ${line} of ${seed}, as of commit ${number - ((number + line) % 4)}\n`).join('')),
    );
  }
  // One pack, where git would write a file per object: copies are quick.
  git(path, ['-c', 'fastimport.unpackLimit=1', 'fast-import', '--quiet'], { input: stream.join('') });
  const hashes = git(path, ['rev-list', '--reverse', '--topo-order', 'main']).toString().trim().split('\n');
  // Copies have packed refs of their own.
  rmSync(join(path, 'refs/heads/main'));
  return { path, hashes };
}

/** A copy of a template with other refs. */
export function copyTemplate(template: Template, path: string, defaultBranch: string, refs: ReadonlyMap<string, string>): void {
  cpSync(template.path, path, { recursive: true });
  writeRefs(path, defaultBranch, refs);
}

/** A bare repository without a commit. */
export function makeEmptyBare(path: string, defaultBranch: string): void {
  mkdirSync(path, { recursive: true });
  git('.', ['init', '--quiet', '--bare', '--template=', `--initial-branch=${defaultBranch}`, '--', path]);
}

/** Replaces all refs of a bare repository; use it too for what happens between two syncs. */
export function writeRefs(path: string, defaultBranch: string, refs: ReadonlyMap<string, string>): void {
  const lines = [...refs].toSorted(([a], [b]) => (Buffer.from(a).compare(Buffer.from(b)) < 0 ? -1 : 1)).map(([name, hash]) => `${hash} ${name}\n`);
  writeFileSync(join(path, 'packed-refs'), `# pack-refs with: sorted \n${lines.join('')}`);
  writeFileSync(join(path, 'HEAD'), `ref: refs/heads/${defaultBranch}\n`);
}
