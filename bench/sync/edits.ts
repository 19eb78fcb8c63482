import { quotePath } from '../../src/git/quote.ts';
import { isUtf8 } from '../../src/git/text.ts';
import { listTree } from '../../src/git/tree.ts';
import { git, gitText } from '../support/git.ts';
import { blamedFiles } from './blamed-files.ts';
import type { RepositoryCopy } from './copy.ts';

const COMMITS = 10;
const FILES_PER_COMMIT = 3;
const LARGEST_EDITED = 200_000;
const REF = 'refs/org-sync-bench/new';

/**
 * Makes ten commits on top of HEAD, each with small edits of three text files that are spread over the tree.
 * @returns The last of them; HEAD stays where it is.
 */
export async function makeNewCommits(copy: RepositoryCopy): Promise<string> {
  const files = await editableFiles(copy);
  const time = Number(await gitText(copy, ['log', '-1', '--format=%ct', copy.head]));
  const stream: (string | Buffer)[] = [];
  for (let commit = 1; commit <= COMMITS; commit++) {
    const message = `Bench commit ${commit}\n`;
    stream.push(`commit ${REF}\ncommitter Bench <bench@example.org> ${time + commit * 60} +0000\ndata ${message.length}\n${message}`);
    if (commit === 1) stream.push(`from ${copy.head}\n`);
    for (let number = 0; number < FILES_PER_COMMIT; number++) {
      const file = files[(commit * FILES_PER_COMMIT + number) % files.length];
      if (file === undefined) throw new Error('the repository has no text file that could be edited');
      file.lines = edited(file.lines, commit);
      const content = Buffer.from(file.lines.join('\n'), 'latin1');
      stream.push(`M ${file.mode} inline ${quotePath(file.path)}\ndata ${content.length}\n`, content, '\n');
    }
  }
  await git(copy, ['fast-import', '--quiet', '--force'], Buffer.concat(stream.map((part) => Buffer.from(part))));
  return gitText(copy, ['rev-parse', '--verify', REF]);
}

interface EditableFile {
  path: string;
  mode: string;
  /** One character a byte. */
  lines: string[];
}

async function editableFiles(copy: RepositoryCopy): Promise<EditableFile[]> {
  const entries = (await Array.fromAsync(listTree(copy, copy.head))).flat();
  const blamed = new Set((await blamedFiles(copy, copy.head)).filter(isUtf8).map(String));
  const candidates = entries.filter(({ mode, path }) => mode !== '120000' && blamed.has(String(path)));
  const wanted = COMMITS * FILES_PER_COMMIT;
  const step = Math.max(1, Math.floor(candidates.length / wanted));
  const files: EditableFile[] = [];
  for (let index = 0; index < candidates.length && files.length < wanted; index += step) {
    const entry = candidates[index];
    if (entry === undefined) break;
    const content = await git(copy, ['cat-file', 'blob', entry.hash]);
    if (content.length <= LARGEST_EDITED) files.push({ path: String(entry.path), mode: entry.mode, lines: content.toString('latin1').split('\n') });
  }
  return files;
}

/** A line changed in the middle, two put in further down, one taken out further up. */
function edited(lines: readonly string[], commit: number): string[] {
  const result = [...lines];
  const middle = Math.floor(result.length / 2);
  result[middle] = `${result[middle] ?? ''} // bench ${commit}`;
  result.splice(Math.floor(result.length * 0.8), 0, `bench ${commit}, first line`, `bench ${commit}, second line`);
  if (result.length > 10) result.splice(Math.floor(result.length * 0.2), 1);
  return result;
}
