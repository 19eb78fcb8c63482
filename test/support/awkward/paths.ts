import { concat, latin1, type Text } from '../git.ts';
import { type Branch, lines } from '../history.ts';

const DEEP = `deep/${Array.from({ length: 60 }, (_, depth) => `d${depth}`).join('/')}/file.txt`;

/** Paths that are awkward to pass to a command, to read from its output, or to store. */
// biome-ignore format: a table
const PATHS: Text[] = [
  'tab\there', 'new\nline', 'carriage\rreturn', 'double"quote', "single'quote", 'back\\slash', 'dir\\file', 'back`tick`',
  '-rf', '--help', '--', '-', '--contents=x', ':(glob)*', ':(literal)x', ':!not', ':/top', ':', '*', '**', '?', '[a]', '[a-z]*', '!bang',
  'HEAD', '@', '@{0}', 'HEAD~1', 'main', 'refs', '^', '~', '#hash', '$HOME', '$(touch x)', ';', '&', '|', '<', '>', '%s', '%00', '{a => b}', 'x => y',
  ' ', ' leading', 'trailing ', 'dot.', '...', 'con', 'a:b', 'nul.txt', '\x01\x02', '\x7f', '\x1b[31mred', '\v\f',
  'emoji \u{1f389}', '\u05e9\u05dc\u05d5\u05dd.txt', 'rlo \u202e txt.exe \u202c', 'nfc \u00e9', 'nfd e\u0301', '\ufeffbom', 'zero\u200bwidth', '\u2028', '\u00a0',
  ':100644 100644 1234567 7654321 M', '1\t2\tx', 'a/\tb/c', '  /  /  ', '"quoted"', '\\303\\251', 'Makefile', '.gitignored', '.gitattributes.txt',
  latin1('invalid \xff\xfe.txt'), latin1('dir \xe9/file \xfc.txt'), latin1('truncated \xe2\x82'), latin1('surrogate \xed\xa0\x80'),
];

/** Different bytes, but the same text: both become 'caf\ufffd.txt'. */
export const COLLIDING_PATHS = [latin1('paths/caf\xe8.txt'), latin1('paths/caf\xe9.txt')];

/** Not blamed: below a directory of that name, or with one of the extensions, whatever their case. */
// biome-ignore format: a table
export const SKIPPED_PATHS = [
  'node_modules/left-pad/index.js', 'packages/a/node_modules/b.js', 'vendor/lib.c', 'src/vendor/deep/er/lib.c', 'dist/out.js', 'build/x',
  'target/classes/A.java', 'bin/tool', 'obj/x.txt', 'a/bin/b/c', '__pycache__/m.py', '.idea/w.xml', '.vscode/settings.json', '.svn/entries',
  '.hg/store', 'nested/.git/config', 'img/logo.png', 'img/LOGO.PNG', 'img/Photo.JpEg', 'icon.svg', 'a.tar.gz', 'lib.so', 'x.WOFF2', 'App.class', 'notes.bak', 'x.tmp', 'vendor/node_modules/x.png',
];

/** Blamed, however much they look like the ones above. */
// biome-ignore format: a table
export const NOT_SKIPPED_PATHS = [
  'skip/dist', 'skip/node_modules', 'skip/bin', 'Vendor/lib.c', 'BUILD/x', 'skip/vendored/x', 'skip/my-dist/x', 'distribution/x', 'skip/obj.txt', 'skip/png',
  'skip/logo.png.txt', 'skip/logo.png ', 'skip/logo.pn', 'skip/libx.so.1', 'skip/a.classy', 'skip/.gitkeep', 'skip/.git.txt', 'skip/png.d/readme', 'skip/x.png/readme', 'skip/no.', 'skip/.png',
];

export function addPaths(main: Branch) {
  for (const path of PATHS) {
    main.write(concat('paths/', path), concat('At ', path, `\n${lines(3)}`));
  }
  // Some at the top too, where no folder comes before a leading dash or colon.
  for (const path of ['-rf', '--help', '--', ':(glob)*', 'HEAD', '*', '[a]', 'main', ' ', '#hash', '"quoted"']) main.write(path, `top ${path}\n`);
  for (const path of COLLIDING_PATHS) main.write(path, concat(path, '\n'));
  for (const path of [...SKIPPED_PATHS, ...NOT_SKIPPED_PATHS]) main.write(path, lines(4, path));
  main.write(DEEP, lines(6, 'deep')).write(`long/${'a long name '.repeat(18)}/${'and another '.repeat(18)}`, 'long path\n');
  const pathsAdded = main.commit('Paths of all sorts');

  for (const path of [...PATHS.slice(0, 12), latin1('invalid \xff\xfe.txt')]) {
    main.append(concat('paths/', path), 'changed\n');
  }
  for (const path of [...SKIPPED_PATHS, ...NOT_SKIPPED_PATHS]) main.append(path, 'changed\n');
  const pathsChanged = main.append(DEEP, 'changed\n').commit('Change some of them');

  main.move('paths/tab\there', 'paths/moved\ttab').move('paths/new\nline', 'paths/moved\nline');
  main.move(latin1('paths/truncated \xe2\x82'), latin1('paths/moved \xe2\x82')).move('paths/{a => b}', 'paths/{c => d}/x => y');
  const pathsRenamed = main.commit('Rename awkward paths');
  const pathsRemoved = main.remove('paths/@').remove(latin1('paths/surrogate \xed\xa0\x80')).commit('Remove some');
  return { pathsAdded, pathsChanged, pathsRenamed, pathsRemoved };
}
