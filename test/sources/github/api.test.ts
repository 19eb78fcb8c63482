import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGitHub } from '../../../src/sources/github/api.ts';
import { type MadeWorld, makeWorld } from '../../support/github/make-world.ts';
import { type GitHub as FakeGitHub, startGitHub } from '../../support/github/server.ts';
import { tempFolder } from '../../support/temp.ts';

let made: MadeWorld;
let server: FakeGitHub;
beforeAll(async () => {
  made = makeWorld({ folder: tempFolder(), repositories: 3, pullRequests: 4 });
  server = await startGitHub(made.world);
});
afterAll(() => server.close());

describe('a GitHub', () => {
  it('answers REST and GraphQL', async () => {
    const github = openGitHub({ url: server.apiUrl, auth: { kind: 'token', token: made.tokens.personal }, variable: 'GITHUB_TOKEN' });
    expect((await github.rest.orgs.get({ org: 'acme' })).data.login).toBe('acme');
    const { data, errors } = await github.graphql<unknown>(
      'query($o: String!) { organization(login: $o) { login } }',
      { o: 'acme' },
      AbortSignal.timeout(5_000),
    );
    expect([data, errors]).toEqual([{ organization: { login: 'acme' } }, []]);
    expect(await github.token()).toBe(made.tokens.personal);
    const app = made.app;
    const asApp = openGitHub({
      url: server.apiUrl,
      auth: { kind: 'app', appId: String(app.id), privateKey: app.privateKey, installationId: app.installations[0]?.id ?? 0 },
      variable: 'GITHUB_APP_PRIVATE_KEY',
    });
    expect((await asApp.rest.orgs.get({ org: 'acme' })).data.login).toBe('acme');
    expect(await asApp.token()).toMatch(/^ghs_/);
    expect(server.violations()).toEqual([]);
  });
});
