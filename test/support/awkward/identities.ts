import { concat, latin1, type Text } from '../git.ts';
import type { Branch } from '../history.ts';

/** Whole author lines whose time is fine; each is the author of a line of people.txt. */
const NAMES = {
  emptyName: ' <nameless@example.org> 1600100000 +0000',
  noNameNoSpace: '<nameless@example.org> 1600100001 +0000',
  emptyEmail: 'No Mail <> 1600100002 +0000',
  allEmpty: ' <> 1600100003 +0000',
  noBrackets: 'No Brackets no@example.org 1600100004 +0000',
  noOpeningBracket: 'No Opening no@example.org> 1600100005 +0000',
  noClosingBracket: 'No Closing <no@example.org 1600100006 +0000',
  noSpaceBeforeBracket: 'Close<close@example.org> 1600100007 +0000',
  twoOpening: 'Two <Opening <two@example.org> 1600100008 +0000',
  twoClosing: 'Two Closing <two@example.org> there> 1600100009 +0000',
  twoAddresses: 'Two <first@example.org> Addresses <second@example.org> 1600100010 +0000',
  noSpaceBeforeDate: 'No Space <no-space@example.org>1600100011 +0000',
  punctuation: `"O'Neil, Jr." (Dr.) \\ | ; $(touch x) \`x\` %an %x00 <o'neil+tag@example.org> 1600100012 +0000`,
  blanks: '  \t Spaces  inside \t  < spaced @ example.org > 1600100013 +0000',
  carriageReturn: 'Old Mac\r <mac\r@example.org\r> 1600100014 +0000',
  unicode: '\u05d3\u05d5\u05d3 \u202eright\u202c \u{1f600} Zo\u00eb <zo\u00eb@ex\u00e4mple.org> 1600100015 +0000',
  invisible: '\ufeff\u00a0Invisible\u00a0\u2028 <\u00a0invisible@example.org\ufeff> 1600100016 +0000',
  invalidUtf8: latin1('J\xf6rg M\xfcller <j\xf6rg@example.org> 1600100017 +0000'),
  truncatedUtf8: concat('Cut ', latin1('\xf0\x9f\x98'), ' <cut', latin1('\xe2\x82'), '@example.org> 1600100018 +0000'),
  long: `${'Very Long Name '.repeat(700)}<${'long.'.repeat(400)}@example.org> 1600100019 +0000`,
  escapes: '\x1b[31mRed\x1b[0m \x01\x7f <red@example.org> 1600100020 +0000',
  mapped: 'Old Name <old@example.org> 1600100021 +0000',
} satisfies Record<string, Text>;

/** Whole times: seconds and zone, or what is there in their place. */
// biome-ignore format: a table
const TIMES = {
  epoch: '0 +0000', justBefore: '-1 +0000', before1970: '-86400 -0500', in1901: '-2147483648 +0000', in1066: '-28500000000 +0000', beforeChrist: '-100000000000 +0000',
  after2038: '2147483648 +0000', after2106: '4294967301 +0000', year9999: '253402300799 +0000', year10000: '253402300800 +0000',
  lastOfDate: '8640000000000 +0000', beyondDate: '8640000000001 +0000', beforeDate: '-8640000000001 +0000',
  beyondInt64: '9223372036854775808 +0000', beyondUint64: '99999999999999999999 +0000',
  kiribati: '1600200000 +1400', west: '1600200001 -1130', nepal: '1600200002 +0545', impossibleZone: '1600200003 +9999',
  minusZero: '1600200004 -0000', longZone: '1600200005 +000000530', shortZone: '1600200006 +1',
  noZone: '1600200007', namedZone: '1600200008 UTC', colonZone: '1600200009 +05:30', leadingZeros: '0001600200010 +0000',
  manySpaces: '  1600200011   +0200  ', tab: '\t1600200012\t+0200',
  noTime: '', zoneOnly: '+0000', word: 'yesterday', attachedWord: '12abc +0000', fraction: '1600200013.5 +0000', exponent: '1e9 +0000',
  hexadecimal: '0x5f5e100 +0000', plus: '+1600200014 +0000', twoSigns: '--5 +0000', aloneSign: '- +0000', isoDate: '2020-09-15T00:00:00Z',
} satisfies Record<string, string>;

/** Names, e-mails and times that no rule keeps out of commit objects; every commit also owns a line of people.txt. */
export function addIdentities(main: Branch) {
  main.write('people.txt', 'the first\n');
  main.write('.mailmap', 'New Name <new@example.org> <old@example.org>\nMapped <mapped@example.org> <ada@example.org>\n').commit('A mailmap');
  const commits: Record<string, string> = {};
  for (const [name, author] of Object.entries(NAMES)) {
    commits[name] = main.append('people.txt', `${name}\n`).commit(`Author: ${name}`, { author });
    if (name.startsWith('no')) commits[`${name}Committer`] = main.commit(`Committer: ${name}`, { committer: author });
  }
  for (const [name, time] of Object.entries(TIMES)) {
    const author = `Ada Author <ada@example.org> ${time}`;
    commits[name] = main.append('people.txt', `${name}\n`).commit(`Author's time: ${name}`, { author });
    const committer = `Carl Committer <carl@example.org> ${time}`;
    main.append('people.txt', `committed: ${name}\n`).commit(`Committer's time: ${name}`, { committer });
  }
  const line = (text: string) => main.append('people.txt', `${text}\n`);
  const someone = 'Someone Else <else@example.org>';
  const noAuthor = line('no author').commit('No author line', { author: null });
  const noCommitter = line('no committer').commit('No committer line', { committer: null });
  const nobody = line('nobody').commit('Neither line', { author: null, committer: null });
  const authorTwice = line('author twice').commit('Two author lines', { headers: `author ${someone} 1600300000 +0000\n` });
  const swapped = line('swapped').commit('Committer first', {
    author: null,
    headers: `author ${someone} 1600300001 +0000\n`,
  });
  const lineWithoutValue = line('no value').commit('An author line without a value', { author: '' });
  const differingDates = line('differing dates').commit('Written a year before it was committed', {
    author: `${someone} 1568678400 +0200`,
    committer: `${someone} 1600300003 -0700`,
  });
  // A clock that stood wrong: the parent is younger than its children, for two whole years.
  const fromTheFuture = line('from the future').commit('From the future', { time: 1_900_000_000 });
  const olderThanParent = line('older than its parent').commit('Older than its parent', { time: 1_500_000_000 });
  return {
    ...(commits as Record<keyof typeof NAMES | keyof typeof TIMES, string>),
    noAuthor,
    noCommitter,
    nobody,
    authorTwice,
    swapped,
    lineWithoutValue,
    differingDates,
    fromTheFuture,
    olderThanParent,
  };
}
