import { gitOutput } from './process.ts';
import { unquotePath } from './quote.ts';
import type { GitRepository } from './repository.ts';
import { NEWLINE, split } from './split.ts';
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
 * Blames every line of a file at a commit, as `git blame` does by default.
 * @param path As git stores it.
 * @returns Ranges by line number, joined where git joins them.
 */
export async function blame(repository: GitRepository, commit: string, path: Buffer): Promise<BlameRange[]> {
  const args = ['blame', '--incremental', commit, '--'];
  const output = isUtf8(path)
    ? gitOutput(repository, [...args, path.toString('utf8')])
    : // Node turns arguments into UTF-8; xargs passes on the very bytes.
      gitOutput(repository, args, { through: ['xargs', '-0'], input: [path, '\0'] });
  const ranges: BlameRange[] = [];
  let range: BlameRange | undefined;
  for await (const lines of split(output, NEWLINE)) {
    for (const line of lines) {
      if (range === undefined) range = parseRange(line);
      else if (line.toString('latin1', 0, FILENAME.length) === FILENAME) {
        // Ends what is said of a range.
        range.origPath = decodeText(unquotePath(line.subarray(FILENAME.length)));
        ranges.push(range);
        range = undefined;
      }
    }
  }
  return joined(ranges);
}

const FILENAME = 'filename ';

function parseRange(line: Buffer): BlameRange {
  const [commit = '', origLineNo, lineNo, lineCount] = line.toString('latin1').split(' ');
  return { commit, origLineNo: Number(origLineNo), lineNo: Number(lineNo), lineCount: Number(lineCount), origPath: '' };
}

/** `--incremental` gives ranges as it finds them; every other form of blame joins what belongs together first. */
function joined(ranges: BlameRange[]): BlameRange[] {
  ranges.sort((a, b) => a.lineNo - b.lineNo);
  const result: BlameRange[] = [];
  for (const range of ranges) {
    const last = result.at(-1);
    if (
      last !== undefined &&
      last.commit === range.commit &&
      last.origPath === range.origPath &&
      last.lineNo + last.lineCount === range.lineNo &&
      last.origLineNo + last.lineCount === range.origLineNo
    ) {
      last.lineCount += range.lineCount;
    } else {
      result.push(range);
    }
  }
  return result;
}
