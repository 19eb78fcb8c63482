import { expect, it } from 'vitest';
import { hash, row } from './samples.ts';
import { type Subject, write } from './subject.ts';

const TEXTS = {
  empty: '',
  astral: 'ship 🚀, family 👩‍👩‍👧‍👦, 𝔘nicode',
  'right-to-left': 'שלום \u202Eevil\u202C مرحبا',
  'replacement characters': 'a\uFFFDb\uFFFD',
  'a byte order mark': '\uFEFFfirst',
  'every kind of line end': '\n\r\n\r\u2028\u2029\n',
  'control characters': Array.from({ length: 31 }, (_, code) => String.fromCharCode(code + 1)).join(''),
  'quotes and backslashes': `'"\`\\'' -- ; drop table repos; \\x00 \\u0000 {"a":1}`,
  'the word returning': 'select returning from x',
  'what looks like a number': ' 007 ',
  'what looks like a time': '2024-01-01T00:00:00.000Z',
  'long lines': `${'x'.repeat(200)}\n`.repeat(5_000),
};

const TIMES = [
  '0000-01-01T00:00:00.000Z',
  '0099-12-31T23:59:59.999Z',
  '1969-12-31T23:59:59.999Z',
  '1900-01-01T00:00:00.000Z',
  '2038-01-19T03:14:08.000Z',
  '9999-12-31T23:59:59.999Z',
];

const OUT_OF_RANGE = ['-000001-12-31T23:59:59.999Z', '-271821-04-20T00:00:00.000Z', '+010000-01-01T00:00:00.000Z', '+275760-09-13T00:00:00.000Z', 'no time'];

export function valueContract(subject: Subject): void {
  it.each(Object.entries(TEXTS))('keeps text with %s', async (_, text) => {
    const commit = row('git_commits', { message: text, authorName: text, authorEmail: text });
    const file = row('git_files', { path: `path ${text.slice(0, 300)}`, contents: text });
    const repository = row('repos', { settings: { [text.slice(0, 300)]: text }, tags: [text] });
    for (let time = 0; time < 2; time++) {
      await write(subject, { table: 'git_commits', upsert: [commit] }, { table: 'git_files', upsert: [file] }, { table: 'repos', upsert: [repository] });
      expect(await subject.database.rows('git_commits')).toMatchObject([commit]);
      expect(await subject.database.rows('git_files')).toMatchObject([file]);
      expect(await subject.database.rows('repos')).toMatchObject([repository]);
    }
  });

  it('tells keys apart by every character', async () => {
    const paths = ['a', 'A', 'a ', ' a', 'ä', 'a\u0308', 'é', 'e\u0301', 'a\n', 'a\r', '\uFFFD', '\uFEFFa'];
    const files = paths.map((path) => row('git_files', { path }));
    await write(subject, { table: 'git_files', upsert: files });
    const stored = await subject.database.rows('git_files');
    expect(stored.map(({ path }) => path).sort()).toEqual([...paths].sort());
    await write(subject, { table: 'git_files', partition: { repoId: files[0]?.repoId ?? '' }, rows: files.slice(1) });
    expect(await subject.database.rows('git_files')).toHaveLength(paths.length - 1);
  });

  it.each(TIMES)('keeps the time %s', async (time) => {
    const commit = row('git_commits', { authorWhen: new Date(time) });
    await write(subject, { table: 'git_commits', upsert: [commit] });
    expect(await subject.database.rows('git_commits')).toMatchObject([commit]);
  });

  it.each(OUT_OF_RANGE)('keeps null for the time %s, and gives it so', async (time) => {
    const when = new Date(time);
    const [commit, request] = [row('git_commits', { authorWhen: when }), row('git_pull_requests', { createdAt: when })];
    await write(subject, { table: 'git_commits', upsert: [commit] }, { table: 'git_pull_requests', upsert: [request] });
    expect(await subject.database.rows('git_commits')).toMatchObject([{ ...commit, authorWhen: null }]);
    expect(await subject.store.select('git_pull_requests', { repoId: request.repoId, number: request.number })).toEqual([{ ...request, createdAt: null }]);
  });

  it('keeps ids of 64 bits and more', async () => {
    const reviews = ['9007199254740993', '9223372036854775807', '18446744073709551615', '007'].map((reviewId) => row('git_pull_request_reviews', { reviewId }));
    await write(subject, { table: 'git_pull_request_reviews', upsert: reviews });
    const stored = await subject.database.rows('git_pull_request_reviews');
    expect(stored.map(({ reviewId }) => reviewId).sort()).toEqual(reviews.map(({ reviewId }) => reviewId).sort());
  });

  it('keeps large numbers', async () => {
    const [stat, file] = [row('git_commit_stats', { additions: 2 ** 31 - 1 }), row('git_files', { size: 2 ** 53 - 1, hash: hash(9) })];
    await write(subject, { table: 'git_commit_stats', upsert: [stat] }, { table: 'git_files', upsert: [file] });
    expect(await subject.database.rows('git_commit_stats')).toMatchObject([stat]);
    expect(await subject.database.rows('git_files')).toMatchObject([file]);
  });
}
