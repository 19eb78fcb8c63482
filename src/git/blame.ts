import { gitOutput } from './process.ts';
import { unquotePath } from './quote.ts';
import type { GitRepository } from './repository.ts';
import { NEWLINE } from './split.ts';
import { decodeText, isUtf8 } from './text.ts';

/** Lines next to each other that one commit wrote next to each other. Line numbers begin at 1. */
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
  /** By commit, the path that git has named last: it names it again only where it is another. */
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

/** Begins a range; lines of it that follow have no count. */
const RANGE = /^[0-9a-f]{40,64} \d+ \d+ \d+$/;

const TAB = 0x09;

/** Characters from which on a line is neither a range nor, unless it begins so, a path: names and subjects may be of any length. */
const LONG_LINE = 1_000;

/** Lines that tell of ranges, a character a byte, without the lines of the file, which begin with a tab. */
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
