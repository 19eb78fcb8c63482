import { execFile } from 'node:child_process';
import type { BlameRangeRecord } from '../../../src/schema/git-blame-ranges.ts';
import { gitEnvironment } from '../git.ts';
import { readCommits, selectCommits } from './commits.ts';
import { isBinary, readTree } from './files.ts';
import { byKey, type OracleOptions, type Plain, text, withPlain } from './plain.ts';

const SKIPPED_EXTENSIONS =
  'png jpg jpeg gif ico pdf zip tar gz 7z exe dll so dylib class pyc o obj bin bak tmp svg eot ttf woff woff2 mp4 mp3 wav mov avi mkv webm jar war ear'.split(
    ' ',
  );
const SKIPPED_DIRECTORIES = 'node_modules vendor .git .svn .hg .idea .vscode __pycache__ dist build target bin obj'.split(' ');

/** Whether a path (a character a byte) is one of those that are never blamed. A name that only begins with its dot has no extension. */
export function isSkipped(path: string): boolean {
  const folders = path.split('/');
  const name = folders.pop() ?? '';
  const extension = /[^/]\.([^.]*)$/s.exec(name)?.[1] ?? '';
  return SKIPPED_EXTENSIONS.includes(extension.toLowerCase()) || folders.some((folder) => SKIPPED_DIRECTORIES.includes(folder));
}

/** One range as git prints it; the path has a character a byte. */
interface Range {
  lineNo: number;
  lineCount: number;
  commitHash: string;
  origPath: string;
  origLineNo: number;
}

/** Rows of git_blame_ranges, sorted by path and line: one `git blame` a file. `only` limits it to some paths. */
export async function expectedBlameRanges(dir: string, { repoId }: OracleOptions, only: (path: string) => boolean = () => true): Promise<BlameRangeRecord[]> {
  return withPlain(dir, async (plain) => {
    // Blame takes a parent that is missing for none at all; this doesn't.
    selectCommits(plain, { repoId });
    const decode = (path: string) => text(Buffer.from(path, 'latin1'));
    const paths = readTree(plain)
      .filter(({ path, body }) => body.length > 0 && !isBinary(body) && !isSkipped(path) && only(decode(path)))
      .map(({ path }) => path);
    const half = Math.ceil(paths.length / 2);
    const blamed = (await Promise.all([blame(plain, paths.slice(0, half)), blame(plain, paths.slice(half))])).flat();
    const commits = readCommits(plain, new Set(blamed.flatMap(({ ranges }) => ranges.map(({ commitHash }) => commitHash))));
    const rows = blamed.flatMap(({ path, ranges }) =>
      ranges.map((range) => {
        const author = commits.get(range.commitHash)?.author;
        if (author === undefined) throw new Error(`There is no commit ${range.commitHash}.`);
        const { name: authorName, email: authorEmail, when: authorWhen } = author;
        return { repoId, path: decode(path), ...range, origPath: decode(range.origPath), authorName, authorEmail, authorWhen };
      }),
    );
    return byKey(rows, 'path', 'lineNo');
  });
}

/**
 * Runs `git blame` for one path after the other. Through xargs: Node can't pass arguments that aren't UTF-8.
 * The files that have no lines must be left out, as they print nothing.
 */
async function blame(plain: Plain, paths: readonly string[]): Promise<{ path: string; ranges: Range[] }[]> {
  if (paths.length === 0) return [];
  const args = ['-0', '-n1', 'git', 'blame', '--porcelain', plain.head ?? '', '--'];
  const options = { cwd: plain.dir, env: gitEnvironment(), maxBuffer: 1 << 30, encoding: 'buffer' } as const;
  const output = await new Promise<Buffer>((done, failed) => {
    const child = execFile('xargs', args, options, (error, stdout) => (error === null ? done(stdout) : failed(error)));
    child.stdin?.end(Buffer.from(paths.map((path) => `${path}\0`).join(''), 'latin1'));
  });
  const files = parsePorcelain(output);
  if (files.length !== paths.length) throw new Error(`Blame of ${paths.length} files printed ${files.length}.`);
  return files.map((ranges, index) => ({ path: paths[index] ?? '', ranges }));
}

/**
 * Headers with four words begin a range; the file name follows at least where it is another than the commit's
 * last. Line 1 begins a file.
 */
function parsePorcelain(output: Buffer): Range[][] {
  const files: Range[][] = [];
  const paths = new Map<string, string>();
  let range: Range | undefined;
  for (const line of output.toString('latin1').split('\n')) {
    const header = /^([0-9a-f]{40,64}) (\d+) (\d+) (\d+)$/.exec(line);
    if (header !== null) {
      const [, commitHash = '', origLineNo, lineNo, lineCount] = header;
      if (Number(lineNo) === 1) files.push([]);
      const origPath = paths.get(commitHash) ?? '';
      range = { lineNo: Number(lineNo), lineCount: Number(lineCount), commitHash, origPath, origLineNo: Number(origLineNo) };
      files.at(-1)?.push(range);
    } else if (range !== undefined && line.startsWith('filename ')) {
      range.origPath = unquote(line.slice('filename '.length));
      paths.set(range.commitHash, range.origPath);
    }
  }
  return files;
}

const ESCAPES: Record<string, string> = { a: '\x07', b: '\b', t: '\t', n: '\n', v: '\v', f: '\f', r: '\r', '"': '"', '\\': '\\' };

/** Undoes git's quoting of unusual paths. */
function unquote(path: string): string {
  if (!path.startsWith('"')) return path;
  return path.slice(1, -1).replace(/\\([0-7]{3}|.)/g, (_, code: string) => ESCAPES[code] ?? String.fromCharCode(Number.parseInt(code, 8)));
}
