import { inspect } from 'node:util';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openGitHub } from '../../../src/providers/github/api.ts';
import { webHost } from '../../../src/providers/github/connection.ts';
import { type MadeWorld, makeWorld } from '../../support/github/make-world.ts';
import { type GitHub as FakeGitHub, startGitHub } from '../../support/github/server.ts';
import { askGraphql, openAs } from '../../support/open-github.ts';
import { tempFolder } from '../../support/temp.ts';

let made: MadeWorld;
let server: FakeGitHub;
beforeAll(() => {
  made = makeWorld({ folder: tempFolder(), repositories: 6, pullRequests: 12 });
});
afterEach(async () => {
  expect(server.violations()).toEqual([]);
  await server.close();
});

describe('a GitHub', () => {
  it('answers REST and GraphQL, and says where its pages and clones are', async () => {
    server = await startGitHub(made.world);
    const github = openAs(server, made.tokens.personal);
    expect((await github.rest.orgs.get({ org: 'acme' })).data.login).toBe('acme');
    expect(await askGraphql(github)).toEqual({ data: { organization: { login: 'acme' } }, errors: [] });
    expect([github.host, await github.token()]).toEqual([new URL(server.webUrl).host, made.tokens.personal]);
    expect(server.requests.map(({ headers }) => [headers['authorization'], headers['user-agent']])).toEqual(
      Array(2).fill([`Bearer ${made.tokens.personal}`, expect.stringMatching(/^org-sync\/\d+\.\d+\.\d+$/)]),
    );
    expect(inspect(github, { depth: 10, showHidden: true })).not.toContain(made.tokens.personal);
  });

  it('has its pages on another host than its API where it is one of GitHub itself', () => {
    expect(
      ['https://api.github.com', 'https://api.acme.ghe.com', 'https://ghe.example.com:8443/api/v3', 'https://api.example.com/api/v3'].map(webHost),
    ).toEqual(['github.com', 'acme.ghe.com', 'ghe.example.com:8443', 'api.example.com']);
  });

  it('says that nothing has changed', async () => {
    server = await startGitHub(made.world);
    const github = openAs(server, made.tokens.personal);
    const first = await github.rest.orgs.get({ org: 'acme' });
    const second = await github.rest.orgs.get({ org: 'acme', headers: { 'if-none-match': first.headers.etag ?? '' } });
    expect([second.status, second.data, second.headers.etag]).toEqual([304, '', first.headers.etag]);
  });

  it('follows a repository to its new name', async () => {
    server = await startGitHub(made.world);
    const { data } = await openAs(server, made.tokens.personal).rest.repos.get({ owner: 'acme', repo: 'before-the-rename' });
    expect(data.full_name).toBe('acme/repo-005');
    expect(server.requests.map(({ status }) => status)).toEqual([301, 200]);
  });

  it('gives data that errors came along with', async () => {
    server = await startGitHub(made.world);
    const { data, errors } = await askGraphql(openAs(server, made.tokens.personal), 'nobody');
    expect([data, errors]).toEqual([{ organization: null }, [expect.objectContaining({ type: 'NOT_FOUND', path: ['organization'] })]]);
  });

  it('leaves a request that was stopped with the reason', async () => {
    server = await startGitHub(made.world, { faults: [{ times: 2, effect: { do: 'hang' } }] });
    const github = openAs(server, made.tokens.personal);
    const reason = new Error('stopped');
    const controller = new AbortController();
    const asked = [
      github.rest.orgs.get({ org: 'acme', request: { signal: controller.signal } }),
      github.graphql('{ viewer { login } }', {}, controller.signal),
    ];
    await expect.poll(() => server.requests.length).toBe(2);
    controller.abort(reason);
    for (const promise of asked) await expect(promise).rejects.toBe(reason);
  });

  it.each(['', 'two words', 'line\n', 'ümlaut'])('takes no token that no request can hold (%j)', async (token) => {
    server = await startGitHub(made.world);
    const open = () => openGitHub({ url: server.apiUrl, auth: { kind: 'token', token }, variable: 'GITHUB_TOKEN' });
    expect(open).toThrow(/^GITHUB_TOKEN is/);
    expect(server.requests).toEqual([]);
  });
});
