import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../support/temp.ts';
import { makeRefuser, onlyProblem } from './support/refusals.ts';

const parent = tempFolder();
const { folder, refusal } = makeRefuser(parent);
const problem = async (url: string) => onlyProblem(await refusal(['sync', 'local', 'good', '--db', url]));

const TEXT = 'This is just text, and stays so. '.repeat(50);
writeFileSync(join(folder, 'text.db'), TEXT);
mkdirSync(join(folder, 'folder.db'));

describe.concurrent('a database URL that cannot be used', () => {
  it.each([
    ['', 'is not a URL: write sqlite:///relative.db'],
    ['s3cret', 'is not a URL'],
    ['me:s3cret@host/facts', 'is not a URL'],
    ['mysql://me:s3cret@host/facts', "has the scheme 'mysql', which isn't known"],
    ['postgresql://me:s3cret@host', 'names no database'],
    ['postgresql://me:s3cret@host:port/facts', 'malformed'],
    ['postgresql://me:s3cret/x@host/facts', 'malformed'],
    ['mongodb://me:s3cret@/facts', 'names no host'],
    ['sqlite://me:s3cret@host/facts', 'lacks a slash'],
  ])('is refused without a word of the password: %s', async (url, expected) => {
    const told = await problem(url);
    expect(told).toContain(expected);
    expect(told).not.toContain('s3cret');
  });

  it.each([
    ['sqlite://', 'names no file'],
    ['sqlite:///:memory:', 'names no file'],
    ['sqlite:///missing/facts.db', "the folder WORK/missing doesn't exist: create it first"],
    ['sqlite:///text.db/facts.db', 'WORK/text.db is not a folder'],
    ['sqlite:///folder.db', 'it is a folder'],
    ['sqlite:////dev/null', 'it is not a regular file'],
    ['sqlite:///text.db', 'file is not a database'],
    ['sqlite:////proc/facts.db', "/proc can't hold files"],
    ['sqlite:////proc/self/missing/facts.db', "the folder /proc/self/missing doesn't exist"],
  ])('is refused with what is wrong about the file: %s', async (url, expected) => {
    const told = await problem(url);
    expect(told).toContain(expected.replace('WORK', folder));
    if (url.includes('.db')) expect(told).toContain(`database ${url.endsWith('text.db') || url.includes('///folder') ? folder : ''}`);
    expect(readFileSync(join(folder, 'text.db'), 'utf8')).toBe(TEXT);
  });

  it('is told of before the paths are, and by the name of its variable when it comes from there', async () => {
    for (const name of ['DATABASE_URL', 'DATABASE_URI', 'DB_CONN_STRING']) {
      const stderr = await refusal(['sync', 'local', 'good'], { env: { [name]: 'mysql://me:s3cret@host/facts' } });
      expect(onlyProblem(stderr)).toContain("'mysql', which isn't known");
      expect(stderr).not.toContain('s3cret');
    }
    expect(onlyProblem(await refusal(['sync', 'local', 'good'], { env: { DATABASE_URL: ' ' } }))).toBe('DATABASE_URL: must not be empty');
  });

  it.each(['up', 'worker'])('is refused by `%s` as well', async (command) => {
    const stderr = await refusal([command, '--db', 'sqlite:///missing/facts.db'], { env: { TEMPORAL_ADDRESS: '127.0.0.1:1' } });
    expect(onlyProblem(stderr)).toContain("missing doesn't exist: create it first");
  });
});

describe.runIf(process.getuid?.() === 0)('somebody without the right to write', () => {
  it('is told which folder or file it is', async () => {
    for (const path of [parent, folder]) chmodSync(path, 0o777);
    mkdirSync(join(folder, 'closed'), { mode: 0o755 });
    writeFileSync(join(folder, 'read-only.db'), '', { mode: 0o444 });
    const asNobody = async (url: string) => onlyProblem(await refusal(['sync', 'local', 'good', '--db', url], { uid: 65534 }));
    expect(await asNobody('sqlite:///closed/facts.db')).toContain(`${folder}/closed can't be written to (EACCES)`);
    expect(await asNobody('sqlite:///read-only.db')).toContain(`${folder}/read-only.db can't be written to (EACCES)`);
  });
});
