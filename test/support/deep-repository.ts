import { git, gitText, initRepository } from './git.ts';

/** How much work a repository is; every stage gets its share. */
export interface Depth {
  commits: number;
  files: number;
  /** Files that each commit changes; 0 for a history that is long and nothing else. */
  changes: number;
}

/**
 * Makes a repository that takes a while to read, the same one for the same numbers: short files that many commits
 * wrote, and a merge of a pull request now and then.
 */
export function makeDeepRepository(dir: string, { commits, files, changes }: Depth): { dir: string; head: string } {
  initRepository(dir);
  const stream: string[] = [];
  for (let file = 0; file < files; file++) change(stream, path(file), file);
  const first = stream.splice(0).join('');
  for (let commit = 0; commit < commits; commit++) {
    const merge = commit % 10 === 9;
    const message = merge ? `Merge pull request #${commit} from owner/topic-${commit}\n\nTitle ${commit}\n` : `Commit ${commit}\n`;
    stream.push(
      'commit refs/heads/main\n',
      `mark :${commit + 1}\n`,
      `author Author ${commit % 7} <author${commit % 7}@example.org> ${1_500_000_000 + commit * 60} +0000\n`,
      `committer Carl <carl@example.org> ${1_500_000_000 + commit * 60} +0000\n`,
      `data ${Buffer.byteLength(message)}\n${message}`,
      merge ? `merge :${commit - 1}\n` : '',
      commit === 0 ? first : '',
    );
    for (let number = 0; number < changes; number++) change(stream, path((commit * 13 + number * 101) % files), commit * changes + number);
  }
  stream.push('done\n');
  git(dir, ['fast-import', '--quiet', '--done'], { input: stream.join('') });
  return { dir, head: gitText(dir, ['rev-parse', 'HEAD']) };
}

function path(file: number): string {
  return `folder${file % 20}/file${file}.txt`;
}

/** Sixty lines, most of them the same from one version to the next. */
function change(stream: string[], name: string, version: number): void {
  const lines = Array.from(
    { length: 60 },
    (_, line) => `line ${line} of ${(version + line) % 30 === 0 ? `version ${version}` : `${Math.floor((version + line) / 30)}`}`,
  );
  const content = `${lines.join('\n')}\n`;
  stream.push(`M 100644 inline ${name}\ndata ${content.length}\n${content}`);
}
