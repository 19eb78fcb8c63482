import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../temp.ts';
import { appToken, graphql, rest } from './client.ts';
import { type MadeWorld, makeWorld } from './make-world.ts';
import type { GitHub } from './server.ts';
import { useGitHub } from './use-github.ts';
import type { Installation } from './world.ts';

const folder = tempFolder();
let made: MadeWorld;
let github: GitHub;
useGitHub(folder, (...fake) => {
  [made, github] = fake;
});

describe('an App', () => {
  const installation = () => made.app.installations[0] as Installation;
  const exchange = (jwt: string) =>
    rest<{ token: string; expires_at: string }>(github, `/app/installations/${installation().id}/access_tokens`, jwt, { method: 'POST' });

  it('gets a token for an hour, which sees what it was installed on', async () => {
    const jwt = appToken(made.app);
    expect((await rest<unknown[]>(github, '/app/installations', jwt)).body).toMatchObject([{ id: installation().id, account: { login: 'acme' } }]);
    expect((await rest(github, '/orgs/acme/installation', jwt)).status).toBe(200);
    const asked = Date.now();
    const { status, body } = await exchange(jwt);
    expect([status, body.token.startsWith('ghs_')]).toEqual([201, true]);
    // The host gives whole seconds.
    const begun = Date.parse(body.expires_at) - 3_600_000;
    expect(begun).toBeGreaterThan(asked - 1_000);
    expect(begun).toBeLessThanOrEqual(Date.now());
    const given = await rest<{ total_count: number; repositories: unknown[] }>(github, '/installation/repositories?per_page=5', body.token);
    expect([given.body.total_count, given.body.repositories.length, given.headers.get('link')]).toEqual([12, 5, expect.stringContaining('rel="next"')]);
    expect((await graphql(github, body.token, '{ viewer { login } }')).body.data).toEqual({ viewer: { login: 'org-sync-test' } });
    expect((await rest(github, '/user', body.token)).status).toBe(403);
    const token = made.world.tokens.find(({ value }) => value === body.token);
    if (token) token.expiresAt = Date.now() - 1;
    expect((await rest(github, '/orgs/acme', body.token)).status).toBe(401);
    expect(github.violations()).toEqual([]);
  });

  it('is refused with a wrong key, a stale token or one too far ahead', async () => {
    const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
    for (const jwt of [appToken(made.app, { key: stranger }), appToken(made.app, { expires: -1 }), appToken(made.app, { expires: 3_600 })]) {
      expect((await exchange(jwt)).status).toBe(401);
    }
    installation().suspended = true;
    expect((await exchange(appToken(made.app))).status).toBe(403);
  });
});

describe('a world', () => {
  it('is the same for the same seed', () => {
    const make = (name: string) => makeWorld({ folder: `${folder}/${name}`, repositories: 60, pullRequests: 1_500, seed: 7 });
    const [first, second] = [make('a').world, make('b').world];
    const plain = (world: typeof first) => JSON.stringify({ ...world, apps: [] }).replaceAll(`${folder}/b`, `${folder}/a`);
    expect(plain(second)).toBe(plain(first));
    expect(first.repositories.filter(({ disabled }) => !disabled).reduce((sum, { pullRequests }) => sum + pullRequests.length, 0)).toBe(1_500);
  });
});
