import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { concat, git } from '../git.ts';
import type { Branch } from '../history.ts';

/**
 * A work tree that isn't HEAD: files that are modified, staged, untracked, ignored and missing. It holds few
 * of the tracked ones: some of the paths no file system takes, and `.git` in a path not even the index.
 */
export function makeWorkTree(dir: string, main: Branch): void {
  const inIndex = [...main.files].filter(([path]) => !path.split('/').includes('.git'));
  const entries = inIndex.flatMap(([path, { mode, hash }]) => [`${mode} ${hash} 0\t`, Buffer.from(path, 'latin1'), '\0']);
  git(dir, ['update-index', '-z', '--index-info'], { input: concat(...entries) });
  git(dir, ['checkout-index', '--', 'README.md', 'people.txt', 'merges/shared.txt', 'modes/run.sh', 'links/inside', '.gitattributes', '.gitignore']);

  const write = (path: string, content: string) => {
    mkdirSync(join(dir, path, '..'), { recursive: true });
    writeFileSync(join(dir, path), content);
  };
  appendFileSync(join(dir, 'people.txt'), 'modified, not committed\n');
  rmSync(join(dir, 'merges/shared.txt'));
  write('untracked.txt', 'untracked\n');
  write('ignored/secret.txt', 'ignored\n');
  write('src/ignored.log', 'ignored\n');
  write('staged.txt', 'staged, not committed\n');
  git(dir, ['add', '--', 'staged.txt']);
  // What the work tree says of attributes and names is no more HEAD's than the rest.
  appendFileSync(join(dir, '.gitattributes'), '* binary\n');
  write('.mailmap', 'Nobody <nobody@example.org> <ada@example.org>\n');
}
