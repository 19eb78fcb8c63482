import { latin1, type Text } from '../git.ts';
import { type Branch, lines } from '../history.ts';

const text8000 = 'a'.repeat(7_000) + '\n'.repeat(999);

/** Contents on both sides of every line between text and binary, and all sorts of line ends. */
const CONTENTS: Record<string, Text> = {
  'nul-early': 'a\0b\nsecond line\n',
  'nul-last-byte-looked-at': `${text8000}\0\nafter\n`,
  'nul-first-byte-not-looked-at.txt': `${text8000}\n\0after\nthe end\n`,
  'nul-late.txt': `${text8000}\nline\nNUL \0 in a line\n\0\n`,
  picture: latin1('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xfe'),
  'utf-16.txt': Buffer.from('\ufeffUTF-16\nwith NULs\n', 'utf16le'),
  'crlf.txt': 'one\r\ntwo\r\nthree\r\n',
  'mixed.txt': 'unix\nwindows\r\nold mac\runix again\n\r\n\n',
  'lone-cr.txt': 'one\rtwo\rthree\r',
  'no-newline.txt': 'first\nlast without newline',
  'only-text-no-newline.txt': 'x',
  'empty.txt': '',
  'newline.txt': '\n',
  'newlines.txt': '\n\n\n\n\n',
  'crlfs.txt': '\r\n\r\n',
  'blanks.txt': ' \n\t\n   \n',
  'bom.txt': '\ufeffwith a byte order mark\nsecond\n',
  'latin1.txt': latin1('caf\xe9\nna\xefve\n'),
  'truncated-utf8.txt': latin1('fine\n\xe2\x82'),
  'broken-utf8.txt': latin1('overlong \xc0\xaf\nsurrogate \xed\xa0\x80\ntoo high \xf4\x90\x80\x80\n\xff\xfe\nsplit \xe2\n\x82\xac\n'),
  'unicode.txt': 'emoji \u{1f600}\nright to left \u202e\u05d0\u05d1\nline separator \u2028 here\nnext line \x85\nform\ffeed\v\n',
  'long-line.js': `${'x=1;'.repeat(60_000)}\n`,
  'looks-like-git.txt': '\tauthor X\nfilename y\n1234567890123456789012345678901234567890 1 1 1\n\n--- a\n+++ b\n@@ -1 +1 @@\n',
};

export function addContents(main: Branch) {
  const at = (name: string) => `contents/${name}`;
  for (const [name, content] of Object.entries(CONTENTS)) main.write(at(name), content);
  const contentsAdded = main.commit('Contents of all sorts');

  main.write(at('nul-early'), 'a\0b\nsecond line\nthird line\n').write(at('picture'), latin1('\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x01'));
  const binaryChanged = main.commit('Change binaries');
  // Similar binaries: renamed with a change, like text.
  const big = Buffer.from(`\0${lines(200, 'binary')}`);
  main.write(at('binary'), big).commit('A larger binary');
  const patched = Buffer.from(big);
  patched[500] = 7;
  const binaryRenamed = main.remove(at('binary')).write(at('binary, moved'), patched).commit('Rename a binary');

  main.write(at('turncoat'), lines(5)).commit('As text');
  const becameBinary = main.write(at('turncoat'), `\0${lines(5)}`).commit('As binary');
  const becameText = main.write(at('turncoat'), lines(6)).commit('As text again');

  // Only line ends change: every line is a new one.
  const lineEnds = main.write(at('crlf.txt'), 'one\ntwo\r\nthree\r\n').commit('Convert a line end');
  main.append(at('no-newline.txt'), '\n').write(at('newline.txt'), 'no longer just a newline').commit('Newlines at the end');
  main.write(at('empty.txt'), 'no longer empty\n').commit('Fill');
  const emptied = main.write(at('empty.txt'), '').commit('Empty');
  // From one byte over the limit of what is looked at: binary by contents, then text.
  main.write(at('nul-late.txt'), `${text8000}\nanother line\nNUL \0 in a line\n\0\n`).commit('Change text with a late NUL');
  main.append(at('latin1.txt'), latin1('\xfcber\n')).append(at('long-line.js'), 'y=2;\n').commit('Append');

  // Said to be binary, to have no diff or a driver: nothing that may touch stats or blame.
  const attributes = [
    '* text=auto',
    '*.dat binary',
    '*.nodiff -diff',
    '*.custom diff=custom',
    '*.utf16 working-tree-encoding=UTF-16',
    '*.crlf eol=crlf',
    '*.lfs filter=lfs diff=lfs merge=lfs -text',
    '*.ident ident export-subst',
    'contents/** -diff linguist-generated',
  ];
  main.write('.gitattributes', `${attributes.join('\n')}\n`);
  for (const type of ['dat', 'nodiff', 'custom', 'utf16', 'crlf', 'lfs', 'ident']) {
    main.write(`attributes/file.${type}`, lines(10, `$Id$ ${type}`));
  }
  const attributesAdded = main.commit('Attributes');
  for (const type of ['dat', 'nodiff', 'custom', 'utf16', 'crlf', 'lfs', 'ident']) {
    main.change(`attributes/file.${type}`, { 2: 'changed', 7: 'changed too\r' });
  }
  const attributesUsed = main.commit('Change files with attributes');
  // biome-ignore format: a list of names
  return {
    contentsAdded, binaryChanged, binaryRenamed, becameBinary, becameText, lineEnds, emptied, attributesAdded, attributesUsed,
  };
}
