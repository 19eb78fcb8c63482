import { type Branch, lines } from '../history.ts';

/** Around the size from which contents aren't stored, and what makes a slow reader slow. */
export function addBigFiles(main: Branch) {
  const line = `${'0123456789'.repeat(9)}12345678\n`;
  const million = Buffer.from(line.repeat(10_102)).subarray(0, 1_000_000);
  main.write('big/999999-bytes.txt', million.subarray(0, 999_999)).write('big/1000000-bytes.txt', million);
  // Over the limit in bytes, far below it in characters; and the other way to count it wrong.
  main.write('big/1000002-bytes-of-euros.txt', '\u20ac'.repeat(333_334)).write('big/999999-bytes-of-euros.txt', '\u20ac'.repeat(333_333));
  const sizes = main.commit('Files about 1,000,000 bytes long');

  const numbered = Array.from({ length: 50_000 }, (_, index) => `${String(index).padStart(8, '0')} ${'='.repeat(95)}\n`);
  main.write('big/5-megabytes.txt', numbered.join('')).commit('5 MB of text');
  numbered.splice(25_000, 3, 'a change in the middle\n');
  const fiveMegabytes = main.write('big/5-megabytes.txt', numbered.join('')).commit('Change 5 MB of text');

  const history = lines(20_000, 'original').split('\n');
  main.write('big/20000-lines.txt', history.join('\n')).commit('20,000 lines');
  for (let version = 1; version <= 25; version++) {
    for (let hunk = 0; hunk < 40; hunk++) history[(version * 397 + hunk * 499) % 20_000] = `version ${version}, hunk ${hunk}`;
    // Shifts what follows, so that lines don't stay where they were.
    history.splice(version * 701, version % 3, `inserted by version ${version}`);
    main.write('big/20000-lines.txt', history.join('\n')).commit(`Version ${version} of 20,000 lines`);
  }
  return { sizes, fiveMegabytes, lastOfManyVersions: main.tip };
}

/** Last of all, so that blaming each of them is a short walk. */
export function addManyFiles(main: Branch) {
  for (let index = 0; index < 1_000; index++) {
    main.write(`many/file-${String(index).padStart(4, '0')}.txt`, `file ${index}\nshared\n`);
  }
  const manyFiles = main.commit('A thousand small files');
  for (let index = 0; index < 1_000; index += 3) main.append(`many/file-${String(index).padStart(4, '0')}.txt`, 'third\n');
  main.commit('A third of them change');
  return { manyFiles };
}
