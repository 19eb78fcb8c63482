import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../support/temp.ts';
import { HOSTS } from './support/hosts.ts';
import { makeRefuser, onlyProblem } from './support/refusals.ts';

/** What must never be printed. */
const SECRET = 's3cretOfTheTests';

describe.each(HOSTS)('$name:', ({ provider, name, token, url, tokenOf, path, write }) => {
  const { folder, refusal } = makeRefuser(tempFolder());
  const sound = { [token]: tokenOf(SECRET) };
  const host = `${provider}.example.com`;

  /** The one problem that is told before anything is begun. */
  async function problem(env: Record<string, string>, ...args: string[]): Promise<string> {
    const stderr = await refusal(['sync', provider, 'acme', ...args], { env });
    expect(stderr).not.toContain(SECRET);
    return onlyProblem(stderr);
  }

  describe.concurrent('is told before anything is begun, by the name of the variable and without its value:', () => {
    const NO_TOKEN = new RegExp(`^${token} is not set .*personal.* access token`);
    const MALFORMED = new RegExp(`^${token} is not a token: it contains spaces, line breaks or other characters`);
    const alone = `${url}: must be an address alone; ${write}`;
    it.each<[string, Record<string, string>, string | RegExp]>([
      ['no token', {}, NO_TOKEN],
      ['an empty token', { [token]: ' ' }, NO_TOKEN],
      ['a token of two lines', { [token]: `${tokenOf(SECRET)}\n${tokenOf(SECRET)}` }, MALFORMED],
      ['a token with a space', { [token]: `Bearer ${SECRET}` }, MALFORMED],
      ['a token beyond ASCII', { [token]: tokenOf(`ü${SECRET}`) }, MALFORMED],
      ['an address that is none', { ...sound, [url]: 'nonsense' }, `${url}: 'nonsense' is not a web address; ${write}`],
      ['an address without https', { ...sound, [url]: `${host}${path}` }, `${url}: '${host}${path}' is not a web address; ${write}`],
      ['another protocol', { ...sound, [url]: `ssh://${host}` }, `${url}: 'ssh://${host}' is not a web address; ${write}`],
      ['a password in the address', { ...sound, [url]: `https://me:${SECRET}@${host}` }, alone],
      ['a token in the query', { ...sound, [url]: `https://${host}/?t=${SECRET}` }, alone],
      ['a password without https', { ...sound, [url]: `me:${SECRET}@${host}` }, `${url}: '…@${host}' is not a web address; ${write}`],
      ['a password with a slash', { ...sound, [url]: `https://me:${SECRET}/x@x.invalid` }, `${url}: '…@x.invalid' is not a web address; ${write}`],
      ['a password that begins with one', { ...sound, [url]: `https://me:/${SECRET}@x.invalid` }, alone],
      [
        'another machine without TLS',
        { ...sound, [url]: `http://${host}${path}` },
        `${url}: 'http://${host}${path}' would send the token unencrypted; ${write}`,
      ],
      [
        'a machine that is named like this one',
        { ...sound, [url]: 'http://localhost.example.com' },
        `${url}: 'http://localhost.example.com' would send the token unencrypted; ${write}`,
      ],
    ])('%s', async (_, env, expected) => {
      expect(await problem(env)).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
    });

    it('an owner of no letter', async () => {
      expect(onlyProblem(await refusal(['sync', provider, ' '], { env: sound }))).toMatch(/^owner: must not be empty/);
    });
  });

  describe.concurrent('named connections:', () => {
    const file = (file: string, text: string): Record<string, string> => {
      writeFileSync(join(folder, file), text);
      return { ORG_SYNC_CONNECTIONS: file };
    };
    const work = (file_: string, entry: unknown) => file(file_, JSON.stringify({ work: entry }));
    const entry = { provider, token: SECRET };
    const [none, other] = [`^connection: there is no connection 'work' to ${name}; ORG_SYNC_CONNECTIONS`, provider === 'github' ? 'gitlab' : 'github'];
    const cases: [string, Record<string, string>, RegExp][] = [
      ['one that there is none of', sound, new RegExp(`${none} names none$`)],
      ['one that has another name', file('other.json', JSON.stringify({ home: entry, Work: entry })), new RegExp(`${none} has home, Work$`)],
      ["another host's", work('foreign.json', { ...entry, provider: other }), new RegExp(`${none} names none$`)],
      ['a file that is missing', { ORG_SYNC_CONNECTIONS: 'missing.json' }, /^ORG_SYNC_CONNECTIONS: there is no file at 'missing.json'$/],
      [
        'a file that is no JSON',
        file('cut.json', `{"work": {"provider": "${provider}", "token": "${SECRET}"`),
        /^ORG_SYNC_CONNECTIONS: cut\.json is not JSON$/,
      ],
      ['a file with a token alone', file('token.json', SECRET), /^ORG_SYNC_CONNECTIONS: token\.json is not JSON$/],
      ['a file with text alone', file('text.json', `"${SECRET}"`), /^ORG_SYNC_CONNECTIONS: text\.json is not valid: the file: .*expected record/],
      [
        'fields that are wrong, all at once',
        file('fields.json', JSON.stringify({ work: { provider, token: [SECRET], url: 7 }, home: { provider: SECRET } })),
        /^ORG_SYNC_CONNECTIONS: fields\.json is not valid: work\.url: .*expected string.*; work\.token: .*expected string.*; home\.provider: must be 'github' or 'gitlab'$/,
      ],
      ['a field that there is none of', work('more.json', { ...entry, user: SECRET }), /work: Unrecognized key: "user"/],
      ['a token that is none', work('malformed.json', { ...entry, token: `a ${SECRET}` }), /^ORG_SYNC_CONNECTIONS \(connection 'work'\) is not a token/],
      [
        'an address with a password',
        work('password.json', { ...entry, url: `https://me:${SECRET}@${host}` }),
        /^ORG_SYNC_CONNECTIONS \(connection 'work'\): url: must be an address alone/,
      ],
    ];
    it.each(cases)('%s', async (_, env, expected) => {
      expect(await problem(env, '--connection', 'work')).toMatch(expected);
    });
  });
});
