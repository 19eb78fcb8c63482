import { expect, it } from 'vitest';
import { gitProgram } from '../../src/config.ts';
import { AuthorReader } from '../../src/git/authors.ts';
import { readCommits } from '../../src/git/commits.ts';
import { concat, git, initRepository, latin1 } from '../support/git.ts';
import { ObjectWriter } from '../support/objects.ts';
import { tempFolder } from '../support/temp.ts';

const folder = tempFolder();

/** Of each family that iconv knows, aliases that TextDecoder doesn't know among them. */
const NAMES = (
  'ASCII US-ASCII ANSI_X3.4-1968 LATIN1 LATIN-9 ISO-8859-1 ISO8859-15 ISO-8859-16 CP437 CP850 CP852 CP866 CP932 CP936 CP949 CP1252 WINDOWS-1251 ' +
  'KOI8R KOI8-U MACINTOSH UHC EUC-KR EUCJP EUC-JP EUC-TW EUCCN GBK GB18030 BIG5 BIG5-HKSCS SJIS SHIFT_JIS SHIFT_JISX0213 ISO-2022-JP ISO-2022-KR JOHAB ' +
  'TIS-620 VISCII UTF-7 UTF8 utf-8 utf8mb4 latin-1 no-such-name'
).split(' ');

const HIGH = latin1(Array.from({ length: 128 }, (_, index) => String.fromCharCode(128 + index)).join(''));
/** Of the object, header included, nothing that git can read is left in these: it prints what its memory holds. */
const UNREADABLE = 'IBM1047 EBCDIC-US UTF-16 UTF-16LE UTF-32 UCS-2'.split(' ');

/** Fits several encodings of one, two and more bytes, and none; always with line ends that have to stay. */
const BODIES = [
  latin1('\n\n\x93\xfa\x96\x7b \xb0\xa1\xb0\xa2 \x81\n\n\n'),
  latin1('\xfc\xdf\xa4\xe9\x00hidden'),
  concat(HIGH, '\n'),
  'J\u00fcrgen\n',
  '+APw- \x1b$B<>>J\x1b(B',
];

it('text of commits is what git log prints, whatever encoding their header names', async () => {
  initRepository(folder);
  const objects = new ObjectWriter();
  const tree = objects.add('tree', '');
  const hashes = [...NAMES, ...UNREADABLE].flatMap((name) =>
    BODIES.map((body, index) => {
      const author = concat('author ', index === 0 ? latin1('\x93\xfa J\xf6') : '\x1b$B<>>J\x1b(B J\u00f6', ' <j@example.org> 1600000000 +0000\n');
      const people = concat(author, 'committer C <c@example.org> 1600000001 +0000\n');
      return objects.add('commit', concat(`tree ${tree}\n`, people, `encoding ${name}\n\n`, body));
    }),
  );
  objects.writeTo(folder);
  // What else git may be told to print in.
  git(folder, ['config', 'i18n.logOutputEncoding', 'ISO-8859-1']);
  git(folder, ['config', 'i18n.commitEncoding', 'CP437']);

  const read = new Map<string, string[]>();
  const groups = (async function* all() {
    yield [...hashes, String(hashes[0])];
  })();
  for await (const group of readCommits({ program: gitProgram, gitDir: `${folder}/.git` }, groups)) {
    for (const { hash, commit } of group) read.set(hash, [commit.author.name, commit.author.email, commit.committer.name, commit.message]);
  }
  const authors = new AuthorReader({ program: gitProgram, gitDir: `${folder}/.git` });
  const names = await authors.read(hashes);
  await authors.close();

  for (const hash of hashes.slice(NAMES.length * BODIES.length)) {
    const [body = ''] = objects.read(hash).toString().split('\n\n').slice(1);
    expect(read.get(hash)?.[2]).toBe('C');
    expect(read.get(hash)?.[3]).toContain(body.split('\0')[0]);
  }
  const readable = hashes.slice(0, NAMES.length * BODIES.length);
  const log = ['log', '--no-walk=unsorted', '--stdin', '--encoding=UTF-8', '--format=tformat:%an%x00%ae%x00%cn%x00%B%x01'];
  const all = git(folder, log, { input: readable.join('\n') })
    .toString()
    .split('\x01\n');
  expect(all).toHaveLength(readable.length + 1);
  for (const [index, hash] of readable.entries()) {
    const printed = all[index]?.split('\0') ?? [];
    const name = NAMES[Math.floor(index / BODIES.length)];
    // Text that git doesn't convert isn't cut at a NUL, which is removed.
    if (/^utf-?8$/i.test(String(name)) && BODIES[index % BODIES.length]?.includes('\0')) printed[3] += 'hidden';
    expect({ name, text: read.get(hash) }).toEqual({ name, text: printed });
    expect([names.get(hash)?.name, names.get(hash)?.email]).toEqual(printed.slice(0, 2));
  }
});
