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

describe.concurrent('of a GitHub App is told before anything is begun, by the name of the variable and without its value:', () => {
  const NO_KEY = /^GITHUB_APP_PRIVATE_KEY is no private key of a GitHub App: it has to be the whole PEM file/;
  it.each<[string, Record<string, string>, string | RegExp]>([
    ['neither it nor a token', {}, / or set GITHUB_APP_ID, GITHUB_APP_PRIVATE_KEY and GITHUB_APP_INSTALLATION_ID$/],
    [
      'its id alone',
      { GITHUB_APP_ID: '12' },
      'GITHUB_APP_PRIVATE_KEY and GITHUB_APP_INSTALLATION_ID: not set, while other GITHUB_APP_* variables are; a GitHub App needs all three',
    ],
    ['all but its id, though there is a token', { ...token, ...without('GITHUB_APP_ID') }, /^GITHUB_APP_ID: not set, while other GITHUB_APP_\*/],
    ['a key that is none', { ...app, GITHUB_APP_PRIVATE_KEY: SECRET }, NO_KEY],
    ['a key cut short', { ...app, GITHUB_APP_PRIVATE_KEY: key.slice(0, 200) }, NO_KEY],
    ['an installation that is no number', { ...app, GITHUB_APP_INSTALLATION_ID: 'acme' }, /^GITHUB_APP_INSTALLATION_ID: .* must be a number, not 'acme'$/],
    ['an installation of 0', { ...app, GITHUB_APP_INSTALLATION_ID: '0' }, /^GITHUB_APP_INSTALLATION_ID: .* must be a number, not '0'$/],
    ['a key for an installation', { ...app, GITHUB_APP_INSTALLATION_ID: key }, /^GITHUB_APP_INSTALLATION_ID: the installation's id must be a number$/],
  ])('%s', async (_, env, expected) => {
    expect(await problem(env)).toEqual(typeof expected === 'string' ? expected : expect.stringMatching(expected));
  });
});

describe.concurrent('a named connection:', () => {
  const work = (name: string, entry: unknown): Record<string, string> => {
    writeFileSync(join(folder, name), JSON.stringify({ work: entry }));
    return { ORG_SYNC_CONNECTIONS: name };
  };
  const cases: [string, Record<string, string>, RegExp][] = [
    ['neither token nor App', work('neither.json', { provider: 'github' }), /work: must have either 'token' or 'app'/],
    [
      'an App with a key that is none',
      work('key.json', { provider: 'github', app: { id: 1, installationId: 2, privateKey: SECRET } }),
      /^ORG_SYNC_CONNECTIONS \(connection 'work'\) is no private key of a GitHub App/,
    ],
  ];
  it.each(cases)('%s', async (_, env, expected) => {
    expect(await problem(env, '--connection', 'work')).toMatch(expected);
  });
});
