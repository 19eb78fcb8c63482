import { latin1 } from '../git.ts';
import { type Branch, lines } from '../history.ts';

/** Modes, links, submodules, and one becoming the other. */
export function addModes(main: Branch) {
  main.write('modes/run.sh', '#!/bin/sh\n').write('modes/born-executable', '#!/bin/sh\n', '100755').commit('Scripts');
  const executable = main.chmod('modes/run.sh', '100755').commit('chmod +x');
  main.chmod('modes/run.sh', '100644').append('modes/run.sh', 'true\n').commit('chmod -x with a change');
  main.chmod('modes/run.sh', '100755').commit('chmod +x again');
  // Written by very old gits; read as 100644 today, so that nothing changes when it goes.
  const groupWritable = main.write('modes/664', 'group\n', '100664').commit('Mode 100664');
  const groupWritableGone = main.chmod('modes/664', '100644').commit('Mode 100644');
  main.chmod('modes/664', '100664').commit('Mode 100664 at HEAD');

  main.write('modes/turns', lines(10)).write('modes/link-turns', lines(3)).commit('Files that turn into links');
  const fileToLink = main.link('modes/turns', 'run.sh').commit('A file becomes a link');
  const linkToFile = main.write('modes/turns', lines(11)).commit('The link becomes a file');
  main.link('modes/link-turns', 'born-executable').commit('A link it stays');
  main.write('modes/either', 'file\n').commit('A file');
  const fileToFolder = main.remove('modes/either').write('modes/either/inside.txt', 'file\n').commit('Becomes a folder');
  main.write('modes/either.txt', 'x\n').write('modes/either-or', 'y\n').commit('Names that sort around the folder');
  const folderToFile = main.remove('modes/either').write('modes/either', 'file\n').commit('And a file again');

  main.link('links/inside', '../modes/run.sh').link('links/dangling', 'nowhere/at/all');
  main.link('links/outside', '../../../../etc/passwd').link('links/absolute', '/etc/passwd').link('links/itself', 'itself');
  main.link('links/folder', '../modes').link('links/newline', 'two\nlines\n').link('links/latin1', latin1('caf\xe9'));
  main.link('links/empty', '').link('links/looks-binary', 'a\0b');
  const links = main.commit('Links');
  main.link('links/inside', '../modes/turns').commit('Retarget a link');
  main.move('links/dangling', 'links/dangling, moved').commit('Rename a link');

  const gitlink = (digit: string) => digit.repeat(main.objects.format === 'sha1' ? 40 : 64);
  const gitmodules = (path: string) => `[submodule "lib"]\n\tpath = ${path}\n\turl = https://example.org/lib.git\n`;
  const submoduleAdded = main.write('.gitmodules', gitmodules('libs/lib')).submodule('libs/lib', gitlink('1')).commit('Add a submodule');
  const submoduleUpdated = main.submodule('libs/lib', gitlink('2')).commit('Update the submodule');
  const submoduleMoved = main.write('.gitmodules', gitmodules('deps/lib')).move('libs/lib', 'deps/lib').commit('Move the submodule');
  const submoduleRemoved = main.remove('.gitmodules').remove('deps/lib').commit('Remove the submodule');
  main.write('deps/turns', 'file\n').commit('A file at the place of a submodule');
  const fileToSubmodule = main.submodule('deps/turns', gitlink('3')).commit('A file becomes a submodule');
  main.write('deps/turns', 'file\n').commit('And a file again');
  main.submodule('deps/stays', gitlink('4')).submodule('deps/undeclared', gitlink('5'));
  const submodulesAtHead = main.write('.gitmodules', gitmodules('deps/stays')).commit('Submodules that stay');
  // biome-ignore format: a list of names
  return {
    executable, groupWritable, groupWritableGone, fileToLink, linkToFile, fileToFolder, folderToFile, links, submoduleAdded,
    submoduleUpdated, submoduleMoved, submoduleRemoved, fileToSubmodule, submodulesAtHead,
  };
}
