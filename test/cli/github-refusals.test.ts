import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../support/temp.ts';
import { makeRefuser, onlyProblem } from './support/refusals.ts';

const { folder, refusal } = makeRefuser(tempFolder());
/** What must never be printed. */
const SECRET = 's3cretOfTheTests';
const key = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
}).privateKey;
const token = { GITHUB_TOKEN: `ghp_${SECRET}` };
const app = { GITHUB_APP_ID: '12', GITHUB_APP_INSTALLATION_ID: '34', GITHUB_APP_PRIVATE_KEY: key };
const without = (name: keyof typeof app) => Object.fromEntries(Object.entries(app).filter(([each]) => each !== name));

/** The one problem that is told before anything is begun. */
async function problem(env: Record<string, string>, ...args: string[]): Promise<string> {
  const stderr = await refusal(['sync', 'github', 'acme', ...args], { env });
  expect(stderr).not.toContain(SECRET);
  for (const line of key.split('\n').slice(1, -2)) expect(stderr).not.toContain(line);
  return onlyProblem(stderr);
}

describe.concurrent('is told before anything is begun, by the name of the variable and without its value:', () => {
  const NO_TOKEN = /^GITHUB_TOKEN is not set .*personal access token.* or set GITHUB_APP_ID, GITHUB_APP_PRIVATE_KEY and GITHUB_APP_INSTALLATION_ID$/;
  const MALFORMED = /^GITHUB_TOKEN is no token: it has spaces, line breaks or other characters/;
  const NO_KEY = /^GITHUB_APP_PRIVATE_KEY is no private key of a GitHub App: it has to be the whole PEM file/;
  const ADVICE = 'write https://api.github.com, or https://<host>/api/v3 for an Enterprise Server';
  it.each<[string, Record<string, string>, string | RegExp]>([
    ['no token', {}, NO_TOKEN],
    ['an empty token', { GITHUB_TOKEN: ' ' }, NO_TOKEN],
    ['a token of two lines', { GITHUB_TOKEN: `ghp_${SECRET}\nghp_${SECRET}` }, MALFORMED],
    ['a token with a space', { GITHUB_TOKEN: `Bearer ${SECRET}` }, MALFORMED],
    ['a token beyond ASCII', { GITHUB_TOKEN: `ghp_ü${SECRET}` }, MALFORMED],
    [
      'an App by its id alone',
      { GITHUB_APP_ID: '12' },
      'GITHUB_APP_PRIVATE_KEY and GITHUB_APP_INSTALLATION_ID: not set, while other GITHUB_APP_* variables are; a GitHub App needs all three',
    ],
    ['an App without its id, though there is a token', { ...token, ...without('GITHUB_APP_ID') }, /^GITHUB_APP_ID: not set, while other GITHUB_APP_\*/],
    ['an App with a key that is none', { ...app, GITHUB_APP_PRIVATE_KEY: SECRET }, NO_KEY],
    ['an App with a key cut short', { ...app, GITHUB_APP_PRIVATE_KEY: key.slice(0, 200) }, NO_KEY],
    ['an installation that is no number', { ...app, GITHUB_APP_INSTALLATION_ID: 'acme' }, /^GITHUB_APP_INSTALLATION_ID: .* must be a number, not 'acme'$/],
    ['an installation of 0', { ...app, GITHUB_APP_INSTALLATION_ID: '0' }, /^GITHUB_APP_INSTALLATION_ID: .* must be a number, not '0'$/],
    ['a key for an installation', { ...app, GITHUB_APP_INSTALLATION_ID: key }, /^GITHUB_APP_INSTALLATION_ID: the installation's id must be a number$/],
    ['an address that is none', { ...token, GITHUB_URL: 'nonsense' }, `GITHUB_URL: 'nonsense' is no web address; ${ADVICE}`],
    ['an address without https', { ...token, GITHUB_URL: 'ghe.example.com/api/v3' }, `GITHUB_URL: 'ghe.example.com/api/v3' is no web address; ${ADVICE}`],
    ['another protocol', { ...token, GITHUB_URL: 'ssh://ghe.example.com' }, `GITHUB_URL: 'ssh://ghe.example.com' is no web address; ${ADVICE}`],
    ['a password in the address', { ...token, GITHUB_URL: `https://me:${SECRET}@ghe.example.com` }, `GITHUB_URL: must be an address alone; ${ADVICE}`],
    ['a token in the query', { ...token, GITHUB_URL: `https://ghe.example.com/?t=${SECRET}` }, `GITHUB_URL: must be an address alone; ${ADVICE}`],
    ['a password without https', { ...token, GITHUB_URL: `me:${SECRET}@ghe.example.com` }, `GITHUB_URL: '…@ghe.example.com' is no web address; ${ADVICE}`],
    ['a password with a slash', { ...token, GITHUB_URL: `https://me:${SECRET}/x@ghe.invalid` }, `GITHUB_URL: '…@ghe.invalid' is no web address; ${ADVICE}`],
    ['a password that begins with one', { ...token, GITHUB_URL: `https://me:/${SECRET}@ghe.invalid` }, `GITHUB_URL: must be an address alone; ${ADVICE}`],
    [
      'another machine without TLS',
      { ...token, GITHUB_URL: 'http://ghe.example.com/api/v3' },
      `GITHUB_URL: 'http://ghe.example.com/api/v3' would send the token unencrypted; ${ADVICE}`,
    ],
    [
      'a machine that is named like this one',
      { ...token, GITHUB_URL: 'http://localhost.example.com' },
      `GITHUB_URL: 'http://localhost.example.com' would send the token unencrypted; ${ADVICE}`,
    ],
  ])('%s', async (_, env, expected) => {
    expect(await problem(env)).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  });

  it('an owner of no letter', async () => {
    expect(onlyProblem(await refusal(['sync', 'github', ' '], { env: token }))).toMatch(/^owner: must not be empty/);
  });
});

describe.concurrent('named connections:', () => {
  const file = (name: string, text: string): Record<string, string> => {
    writeFileSync(join(folder, name), text);
    return { ORG_SYNC_CONNECTIONS: name };
  };
  const sound = { provider: 'github', token: SECRET };
  const cases: [string, Record<string, string>, RegExp][] = [
    ['one that there is none of', token, /^connection: there is no connection 'work' to GitHub; ORG_SYNC_CONNECTIONS names none$/],
    [
      'one that has another name',
      file('other.json', JSON.stringify({ home: sound, Work: sound })),
      /^connection: there is no connection 'work' .* has home, Work$/,
    ],
    ['a file that is missing', { ORG_SYNC_CONNECTIONS: 'missing.json' }, /^ORG_SYNC_CONNECTIONS: there is no file at 'missing.json'$/],
    ['a file that is no JSON', file('cut.json', `{"work": {"provider": "github", "token": "${SECRET}"`), /^ORG_SYNC_CONNECTIONS: cut\.json is no JSON$/],
    ['a file with a token alone', file('token.json', SECRET), /^ORG_SYNC_CONNECTIONS: token\.json is no JSON$/],
    ['a file with text alone', file('text.json', `"${SECRET}"`), /^ORG_SYNC_CONNECTIONS: text\.json isn't as it has to be: the whole: .*expected record/],
    [
      'fields that are wrong, all at once',
      file('fields.json', JSON.stringify({ work: { provider: SECRET, token: [SECRET], url: 7 } })),
      /^ORG_SYNC_CONNECTIONS: fields\.json isn't .*: work\.provider: must be 'github'; work\.url: .*expected string.*; work\.token: .*expected string/,
    ],
    ['a field that there is none of', file('more.json', JSON.stringify({ work: { ...sound, user: SECRET } })), /work: Unrecognized key: "user"/],
    ['neither token nor App', file('neither.json', '{"work": {"provider": "github"}}'), /work: must have either 'token' or 'app'/],
    [
      'a token that is none',
      file('malformed.json', JSON.stringify({ work: { ...sound, token: `a ${SECRET}` } })),
      /^ORG_SYNC_CONNECTIONS \(connection 'work'\) is no token/,
    ],
    [
      'an address with a password',
      file('password.json', JSON.stringify({ work: { ...sound, url: `https://me:${SECRET}@ghe.example.com` } })),
      /^ORG_SYNC_CONNECTIONS \(connection 'work'\): url: must be an address alone/,
    ],
    [
      'an App with a key that is none',
      file('key.json', JSON.stringify({ work: { provider: 'github', app: { id: 1, installationId: 2, privateKey: SECRET } } })),
      /^ORG_SYNC_CONNECTIONS \(connection 'work'\) is no private key of a GitHub App/,
    ],
  ];
  it.each(cases)('%s', async (_, env, expected) => {
    expect(await problem(env, '--connection', 'work')).toMatch(expected);
  });
});
