import { gitOutput } from './process.ts';
import { unquotePath } from './quote.ts';
import type { GitRepository } from './repository.ts';
import { NEWLINE } from './split.ts';
import { decodeText, isUtf8 } from './text.ts';

/** Adjacent lines that one commit wrote as adjacent lines. Line numbers start at 1. */
export interface BlameRange {
  lineNo: number;
  lineCount: number;
  commit: string;
  origPath: string;
  origLineNo: number;
}

/**
 * Blames every line of a file at a commit, as `git blame` does by default. Git says nothing before it has worked out all
 * lines; it keeps them until its output is read, so memory here doesn't grow with the file.
 * @param path As git stores it.
 * @returns Ranges by line number, as git groups them, in groups.
 */
export async function* blame(repository: GitRepository, commit: string, path: Buffer): AsyncGenerator<BlameRange[]> {
  const args = ['blame', '--porcelain', '--encoding=none', commit, '--'];
  const output = isUtf8(path)
    ? gitOutput(repository, [...args, path.toString('utf8')])
    : // Node turns arguments into UTF-8; xargs passes on the very bytes.
      gitOutput(repository, args, { through: ['xargs', '-0'], input: [path, '\0'] });
  /** The path that git last named, by commit: git repeats it only if it changes. */
  const paths = new Map<string, string>();
  let range: BlameRange | undefined;
  for await (const lines of detailLines(output)) {
    const ranges: BlameRange[] = [];
    for (const line of lines) {
      if (line.startsWith(FILENAME)) {
        if (range === undefined) continue;
        range.origPath = decodeText(unquotePath(Buffer.from(line.slice(FILENAME.length), 'latin1')));
        paths.set(range.commit, range.origPath);
      } else if (RANGE.test(line)) {
        if (range !== undefined) ranges.push(range);
        const [hash = '', origLineNo, lineNo, lineCount] = line.split(' ');
        range = { commit: hash, origLineNo: Number(origLineNo), lineNo: Number(lineNo), lineCount: Number(lineCount), origPath: paths.get(hash) ?? '' };
      }
    }
    if (ranges.length > 0) yield ranges;
  }
  if (range !== undefined) yield [range];
}

const FILENAME = 'filename ';

/** The first line of a range; the lines that follow have no count. */
const RANGE = /^[0-9a-f]{40,64} \d+ \d+ \d+$/;

const TAB = 0x09;

/** A line longer than this is neither a range nor, unless it starts like one, a path: names and subjects may have any length. */
const LONG_LINE = 1_000;

/** Lines that describe ranges, one character per byte, without the lines of the file, which start with a tab. */
async function* detailLines(output: AsyncIterable<Buffer>): AsyncGenerator<string[]> {
  let line = '';
  let skips = false;
  for await (const chunk of output) {
    const lines: string[] = [];
    for (let start = 0; start < chunk.length; ) {
      const newline = chunk.indexOf(NEWLINE, start);
      const end = newline === -1 ? chunk.length : newline;
      skips ||= line === '' ? chunk[start] === TAB : line.length > LONG_LINE && !line.startsWith(FILENAME);
      line = skips ? '' : line + chunk.toString('latin1', start, end);
      if (newline !== -1) {
        if (!skips) lines.push(line);
        line = '';
        skips = false;
      }
      start = end + 1;
    }
    if (lines.length > 0) yield lines;
  }
}
