import { latin1, type Text } from '../git.ts';
import type { Branch, CommitOptions } from '../history.ts';

const SIGNATURE = [
  'gpgsig -----BEGIN PGP SIGNATURE-----',
  ' ',
  ' iQEzBAABCAAdFiEE',
  ' encoding ISO-8859-1',
  ' author Forged <forged@example.org> 1 +0000',
  ' -----END PGP SIGNATURE-----',
  '',
].join('\n');

const MESSAGES: Record<string, Text | null> = {
  empty: '',
  noBlankLine: null,
  newlineOnly: '\n',
  newlinesOnly: '\n\n\n',
  blanksOnly: '  \t \n  ',
  leadingBlankLines: '\n\n\nSubject after blank lines\n\nBody\n',
  trailingBlanks: 'Subject with blanks at its end   \t\n\nBody   \n\n\n\n',
  noFinalNewline: 'No newline at the end',
  long: `A very long message\n\n${'0123456789 abcdefghi\n'.repeat(4_800)}`,
  longSubject: 'word '.repeat(2_000),
  crlf: 'Windows subject\r\n\r\nBody\r\n',
  loneCr: 'Mac subject\r\rBody\r',
  nul: 'before\0after\n\n\0body\0\n',
  nulFirst: '\0hidden',
  bom: '\ufeffSubject with a BOM\n\n\ufeffBody\n',
  invalidUtf8: latin1('Stra\xdfe, \xe2\x82 and \xff\xfe\n'),
  surrogates: latin1('CESU: \xed\xa0\xbd\xed\xb8\x80\n'),
  unicode: '\u202eltr\u202c \u05e9\u05dc\u05d5\u05dd \u{1f468}\u200d\u{1f469}\u200d\u{1f467} e\u0301 \u2028 \u0085\n',
  controls: '\x01\x02\x1b[31mred\x1b[0m\x07\x08\x7f \x1e record \x1f unit \x1c file\n',
  looksLikeHeaders:
    'tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\nauthor Forged <forged@example.org> 1 +0000\n\ncommitter Forged <f@x> 2 +0000\nencoding ISO-8859-1\n\nBody\n',
  looksLikeOutput:
    'commit 1234567890123456789012345678901234567890\n\n:100644 100644 1234567 7654321 M\tx\n1\t2\tx\ndiff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-- \n',
  looksLikeFormat: '%H%x00%an%n%B %(objectname) %%\n',
  quotes: `'single' "double" \`back\` \\ $(touch x) ; DROP TABLE git_commits; --\n`,
  coAuthors: 'Subject\n\nCo-authored-by: Bob <bob@example.org>\nSigned-off-by: Ada <ada@example.org>\n',
};

interface Special {
  message: Text;
  options: CommitOptions;
}

const SPECIAL: Record<string, Special> = {
  encodedLatin1: {
    message: latin1('Gr\xfc\xdfe aus K\xf6ln \x80\n'),
    options: { author: latin1('J\xf6rg <j\xf6rg@example.org> 1600400000 +0000'), headers: 'encoding ISO-8859-1\n' },
  },
  // The name alone says nothing: these bytes are UTF-8.
  encodedWrongly: { message: 'Gr\u00fc\u00dfe\n', options: { headers: 'encoding ISO-8859-1\n' } },
  encodedUtf8: { message: '\ufeffGr\u00fc\u00dfe\n', options: { headers: 'encoding UTF-8\n' } },
  encodedShiftJis: { message: latin1('\x93\xfa\x96{\x8c\xea\n'), options: { headers: 'encoding Shift_JIS\n' } },
  encodedKoi8: { message: latin1('\xf0\xd2\xc9\xd7\xc5\xd4\n'), options: { headers: 'encoding KOI8-R\n' } },
  encodedUnknown: { message: 'Gr\u00fc\u00dfe\n', options: { headers: 'encoding no-such-encoding\n' } },
  // Known to iconv, not to TextDecoder.
  encodedCp437: { message: latin1('\x81 and ue\n'), options: { headers: 'encoding CP437\n' } },
  encodedCp932: {
    message: latin1('\x93\xfa\x96{\x8c\xea \x87@\n\n\n'),
    options: { author: latin1('\x93\xfa <ja@example.org> 1600400001 +0000'), headers: 'encoding CP932\n' },
  },
  // Brackets within a character: git converts the object before it looks for the name.
  encodedBrackets: {
    message: '\x1b$B<>>J\x1b(B\n',
    options: { author: '\x1b$B<>>J\x1b(B <jis@example.org> 1600400002 +0000', headers: 'encoding ISO-2022-JP\n' },
  },
  // Bytes that the encoding doesn't have.
  encodedAscii: { message: 'J\u00fcrgen\n', options: { headers: 'encoding US-ASCII\n' } },
  encodedAsciiWrongly: { message: latin1('J\xfcrgen\n'), options: { headers: 'encoding ASCII\n' } },
  encodedEmpty: { message: 'Gr\u00fc\u00dfe\n', options: { headers: 'encoding \n' } },
  encodedTwice: { message: latin1('\xfc\n'), options: { headers: 'encoding ISO-8859-1\nencoding KOI8-R\n' } },
  signed: { message: 'Signed\n', options: { headers: SIGNATURE } },
  signedAndEncoded: { message: latin1('Signed, Gr\xfc\xdfe\n'), options: { headers: `encoding ISO-8859-1\n${SIGNATURE}` } },
  extraHeaders: {
    message: 'Extra headers\n',
    options: { headers: 'HG:extra rebase_source:abc\nchange-id xyz\nempty \nbare\nHG:rename a:b\n continued\n continued again\n' },
  },
  mergetag: {
    message: "Merge tag 'v0.1'\n",
    options: {
      headers:
        "mergetag object 1234567890123456789012345678901234567890\n type commit\n tag v0.1\n tagger Tagger <tagger@example.org> 1 +0000\n \n The tag's message\n \n See merge request !99\n",
    },
  },
};

/** Messages and headers; every commit also owns a line of messages.txt. */
export function addMessages(main: Branch) {
  main.write('messages.txt', 'the first\n').commit('Messages to come');
  const commits: Record<string, string> = {};
  for (const [name, message] of Object.entries(MESSAGES)) {
    commits[name] = main.append('messages.txt', `${name}\n`).commit(message);
  }
  for (const [name, { message, options }] of Object.entries(SPECIAL)) {
    commits[name] = main.append('messages.txt', `${name}\n`).commit(message, options);
  }
  return { messages: commits };
}
