import { git, initRepository } from './git.ts';

/** How much work a repository is; every stage gets its share. */
export interface Depth {
  commits: number;
  /** None for a history that is long and nothing else. */
  files?: number;
  /** Files that each commit changes, by a line each. */
  changes?: number;
  /** Lines of each file. */
  lines?: number;
}

/**
 * Makes a repository that takes a while to read, the same one for the same numbers: short files that many commits
 * wrote, and merges of pull requests.
 */
export function makeDeepRepository(dir: string, { commits, files = 0, changes = 1, lines = 60 }: Depth): void {
  initRepository(dir);
  const versions = Array.from({ length: files }, () => 0);
  const stream: string[] = [];
  for (let commit = 0; commit < commits; commit++) {
    const merge = commit % 10 === 9;
    const message = merge ? `Merge pull request #${commit} from owner/topic-${commit}\n\nTitle ${commit}\n` : `Commit ${commit}\n`;
    const time = 1_500_000_000 + commit * 60;
    stream.push(
      'commit refs/heads/main\n',
      `mark :${commit + 1}\n`,
      `author Author ${commit % 7} <author${commit % 7}@example.org> ${time} +0000\n`,
      `committer Carl <carl@example.org> ${time} +0000\n`,
      `data ${Buffer.byteLength(message)}\n${message}`,
      merge ? `merge :${commit - 1}\n` : '',
    );
    const changed = commit === 0 ? versions.keys() : Array.from({ length: files === 0 ? 0 : changes }, (_, change) => (commit * 13 + change * 101) % files);
    for (const file of changed) {
      const text = content(file, versions[file] ?? 0, lines);
      stream.push(`M 100644 inline folder${file % 20}/file${file}.txt\ndata ${text.length}\n${text}`);
      versions[file] = (versions[file] ?? 0) + 1;
    }
  }
  stream.push('done\n');
  git(dir, ['fast-import', '--quiet', '--done'], { input: stream.join('') });
}

/** Each version of a file differs from the one before by one line. */
function content(file: number, version: number, lines: number): string {
  return Array.from({ length: lines }, (_, line) => `line ${line} of file ${file}, version ${version - ((version + line) % lines)}\n`).join('');
}
