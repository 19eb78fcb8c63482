import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { git, initRepository } from './git.ts';
import { Branch, Clock, lines } from './history.ts';
import { executables, hostileSettings, outputSettings, type Setting } from './hostile/settings.ts';
import { ObjectWriter } from './objects.ts';

const SIGNATURE = 'gpgsig -----BEGIN PGP SIGNATURE-----\n \n iQEzBAABCAAdFiEE\n -----END PGP SIGNATURE-----\n';
const MISSING = '12345678'.repeat(5);

/**
 * Makes a sound repository whose configuration, hooks and attributes try to run commands, all of which append
 * their name to the file `canary`, and to change what git prints. Returns the settings.
 */
export function makeHostileRepository(dir: string, canary: string): Setting[] {
  const main = writeHistory(dir);
  // Names that are options to whoever forgets --end-of-options.
  const refs = ['heads/main', 'heads/-evil', 'heads/--upload-pack=touch', 'heads/--output=evil', 'tags/--exec=evil', 'tags/-v', 'pull/7/head'];
  git(dir, ['update-ref', '--stdin'], { input: refs.map((name) => `create refs/${name} ${main.tip}\n`).join('') });
  git(dir, ['read-tree', 'HEAD']);
  for (const path of ['.gitattributes', '.mailmap']) writeFileSync(join(dir, path), main.read(path));

  const gitDir = resolve(dir, '.git');
  const run = makeRunner(join(gitDir, 'evil'), resolve(canary));
  for (const hook of executables.hooks) {
    for (const folder of ['hooks', 'evil-hooks']) run(`hook ${hook}`, join(gitDir, folder, hook));
  }
  for (const folder of ['info', 'evil']) mkdirSync(join(gitDir, folder), { recursive: true });
  writeFileSync(join(gitDir, 'info/attributes'), '*.md -diff\n*.bin diff=evil\n* merge=evil\n');
  writeFileSync(join(gitDir, 'evil/attributes'), '*.md binary\n* ident\n');

  const settings = [...hostileSettings(gitDir, run), ...outputSettings(gitDir)];
  const included = settings.filter(({ key }) => /^(log|blame|color|alias)\./.test(key));
  const perWorktree = settings.filter(({ key }) => key.startsWith('diff.'));
  const own = settings.filter((setting) => !included.includes(setting) && !perWorktree.includes(setting));
  writeFileSync(join(gitDir, 'evil/included'), configuration(included));
  writeFileSync(join(gitDir, 'config.worktree'), configuration(perWorktree));
  writeFileSync(join(gitDir, 'config'), configuration(own));
  return settings;
}

/**
 * A missing object and a remote that promises it: any git command that looks for the object fetches it, and the
 * fetch runs a command. `git for-each-ref`, `cat-file` and `rev-list --all` do.
 */
export function makePromisorRepository(dir: string, canary: string): void {
  const main = writeHistory(dir);
  const gitDir = resolve(dir, '.git');
  const run = makeRunner(join(gitDir, 'evil'), resolve(canary));
  git(dir, ['update-ref', 'refs/heads/main', main.tip]);
  writeFileSync(join(gitDir, 'refs/heads/promised'), `${MISSING}\n`);
  writeFileSync(
    join(gitDir, 'config'),
    configuration([
      { key: 'core.repositoryFormatVersion', value: '1' },
      { key: 'extensions.partialClone', value: 'evil' },
      { key: 'remote.evil.promisor', value: 'true' },
      { key: 'remote.evil.url', value: gitDir },
      // Of use where the ext:: protocol is forbidden.
      { key: 'remote.evil.uploadpack', value: run('remote.evil.uploadpack') },
    ]),
  );
}

/** Text with changes, a rename, a merge and a signed commit: something for every command to be run on. */
function writeHistory(dir: string): Branch {
  const objects = new ObjectWriter();
  const main = new Branch(objects, new Clock());
  // A driver of each kind, as one would keep another from running.
  const attributes = ['*.txt diff=evil filter=evil', '*.c diff=command filter=process', '*.bin binary', '*.u16 working-tree-encoding=UTF-16'];
  main.write('.gitattributes', `${attributes.join('\n')}\n`);
  for (const type of ['c', 'bin', 'md', 'u16']) main.write(`code.${type}`, lines(9, type));
  main.write('.gitmodules', '[submodule "sub"]\n\tpath = sub\n\turl = -u./evil\n').submodule('sub', MISSING);
  main.write('.mailmap', 'Mallory <mallory@example.org> <ada@example.org>\n').write('.git-blame-ignore-revs', '');
  main.write('code.txt', lines(20)).write('--output=evil', 'a dash\n').write('-rf', 'a dash\n').write('\u00e4.txt', lines(3)).commit('First\n');
  main.change('code.txt', { 4: 'four', 5: 'five ' }).commit('Second\n', { headers: SIGNATURE });
  const side = main.fork();
  side.move('code.txt', 'moved.txt').commit('Rename\n');
  main.append('--output=evil', 'more\n').commit('Meanwhile\n');
  main.merge([side], 'Merge pull request #7 from owner/evil\n\nTitle\n', { headers: SIGNATURE });
  main.copy('moved.txt', 'copy.txt').change('moved.txt', { 9: 'nine' }).commit('Copy\n');
  main.write('.git-blame-ignore-revs', `${main.tip}\n`).change('code.c', { 2: 'two' }).change('code.md', { 3: 'three' });
  main.change('code.bin', { 4: 'four' }).commit('Ignore a revision\n', { headers: SIGNATURE });
  initRepository(dir);
  objects.writeTo(dir);
  return main;
}

/** Makes an executable that tells on its caller, and prints something to be seen where its output is used. */
function makeRunner(folder: string, canary: string) {
  let count = 0;
  return (name: string, path = join(folder, `run-${++count}`)): string => {
    mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, `#!/bin/sh\necho '${name}' >> '${canary}'\necho changed\n`);
    chmodSync(path, 0o755);
    return path;
  };
}

/** A configuration file. */
function configuration(settings: readonly Setting[]): string {
  const quote = (text: string) => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
  return settings
    .map(({ key, value }) => {
      const [, section = '', subsection, name = ''] = /^([^.]+)\.(?:(.*)\.)?([^.]+)$/s.exec(key) ?? [];
      return `[${section}${subsection === undefined ? '' : ` ${quote(subsection)}`}]\n\t${name} = ${quote(value)}\n`;
    })
    .join('');
}
