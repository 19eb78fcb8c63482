import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HostRefusal } from '../../../src/http/errors.ts';
import { FatalError } from '../../../src/model/errors.ts';
import { failureWithout } from '../../support/failure.ts';
import { type MadeWorld, makeWorld } from '../../support/github/make-world.ts';
import { type GitHub as FakeGitHub, startGitHub } from '../../support/github/server.ts';
import { askGraphql, openAsApp } from '../../support/open-github.ts';
import { tempFolder } from '../../support/temp.ts';

let made: MadeWorld;
let server: FakeGitHub;
beforeEach(async () => {
  made = makeWorld({ folder: tempFolder(), repositories: 1, pullRequests: 1 });
  server = await startGitHub(made.world);
});
afterEach(async () => {
  vi.useRealTimers();
  expect(server.violations()).toEqual([]);
  await server.close();
});

const askedForTokens = () => server.requests.filter(({ path }) => path.endsWith('/access_tokens')).length;

async function refusal<E extends Error>(kind: new (...args: never[]) => E, promise: Promise<unknown>): Promise<E> {
  const error = await failureWithout([made.app.privateKey, ...made.world.tokens.map(({ value }) => value)], promise);
  expect(error).toBeInstanceOf(kind);
  return error as E;
}

describe('an App', () => {
  it('asks with one token of its installation, for REST, GraphQL and git', async () => {
    const github = openAsApp(server, made);
    const [first] = await Promise.all([github.token(), github.rest.orgs.get({ org: 'acme' }), askGraphql(github)]);
    expect([first, await github.token()]).toEqual([expect.stringMatching(/^ghs_/), first]);
    expect(askedForTokens()).toBe(1);
  });

  it('keeps the tokens of two hosts apart, though the installations have one number', async () => {
    const elsewhere = makeWorld({ folder: tempFolder(), repositories: 1, pullRequests: 1 });
    const other = await startGitHub(elsewhere.world);
    expect(elsewhere.app.installations[0]?.id).toBe(made.app.installations[0]?.id);
    await Promise.all([openAsApp(server, made), openAsApp(other, elsewhere)].map((github) => github.rest.orgs.get({ org: 'acme' })));
    const sent = ({ requests }: FakeGitHub) => requests.at(-1)?.headers['authorization']?.replace('Bearer ', '');
    expect(made.world.tokens.map(({ value }) => value)).toContain(sent(server));
    expect(elsewhere.world.tokens.map(({ value }) => value)).toContain(sent(other));
    expect(sent(server)).not.toBe(sent(other));
    await other.close();
  });

  it('may have its key on one line', async () => {
    expect(await openAsApp(server, made, { privateKey: made.app.privateKey.replaceAll('\n', '\\n') }).token()).toMatch(/^ghs_/);
  });

  it('gets another token before the one it has ends', async () => {
    const now = Date.UTC(2026, 0, 2);
    vi.useFakeTimers({ now, toFake: ['Date'] });
    const github = openAsApp(server, made);
    const first = await github.token();
    vi.setSystemTime(now + 45 * 60_000);
    expect(await github.token()).toBe(first);
    vi.setSystemTime(now + 55 * 60_000);
    expect(await github.token()).not.toBe(first);
    expect(askedForTokens()).toBe(2);
  });

  it('gets another token once where the one it has is refused, for all requests that were', async () => {
    const github = openAsApp(server, made);
    const first = await github.token();
    for (const token of made.world.tokens) token.revoked = token.value === first;
    const answers = await Promise.all([github.rest.orgs.get({ org: 'acme' }), github.rest.orgs.get({ org: 'acme' })]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(askedForTokens()).toBe(2);
    expect(await github.token()).not.toBe(first);
  });

  it('gives up where the new token is refused too', async () => {
    const github = openAsApp(server, made);
    server.setFaults([{ match: { path: /^\/orgs/ }, times: 9, effect: { do: 'unauthorized' } }]);
    const { status, message } = await refusal(HostRefusal, github.rest.orgs.get({ org: 'acme' }));
    expect([status, message]).toEqual([401, expect.stringContaining('GITHUB_APP_INSTALLATION_ID')]);
    expect(server.requests.filter(({ path }) => path === '/orgs/acme')).toHaveLength(2);
  });

  it.each(['another key', 'an unknown installation', 'a suspended installation'])('is refused with %s, by the names of the variables', async (what) => {
    const pem = { type: 'pkcs1', format: 'pem' } as const;
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: pem, privateKeyEncoding: pem });
    for (const installation of made.app.installations) installation.suspended = what === 'a suspended installation';
    const github = openAsApp(server, made, {
      ...(what === 'another key' && { privateKey: stranger.privateKey }),
      ...(what === 'an unknown installation' && { installationId: 7 }),
    });
    const { message } = await refusal(HostRefusal, github.rest.orgs.get({ org: 'acme' }));
    for (const name of ['GITHUB_APP_ID', 'GITHUB_APP_INSTALLATION_ID', 'GITHUB_APP_PRIVATE_KEY']) expect(message).toContain(name);
    await refusal(HostRefusal, github.token());
  });

  it('has a key that is one', () => {
    const ec = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    for (const privateKey of ['', '-----BEGIN RSA PRIVATE KEY-----', made.app.publicKey, ec.privateKey]) {
      expect(() => openAsApp(server, made, { privateKey })).toThrow(FatalError);
      expect(() => openAsApp(server, made, { privateKey })).toThrow(/^GITHUB_APP_PRIVATE_KEY is no private key of a GitHub App/);
    }
    expect(server.requests).toEqual([]);
  });
});
