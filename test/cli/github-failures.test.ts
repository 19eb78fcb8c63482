import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from '../support/forge/exchange.ts';
import { type LoopbackServer, startServer } from '../support/forge/server.ts';
import { selfSigned } from '../support/forge/tls.ts';
import { tempFolder } from '../support/temp.ts';
import { type Acme, asApp, makeGitHubSite, startAcme } from './support/github.ts';

const folder = tempFolder();
const servers: LoopbackServer[] = [];
let acme: Acme;
let secure: Acme;
beforeAll(async () => {
  acme = await startAcme(join(folder, 'plain'), { repositories: 2, pullRequests: 2 });
  secure = await startAcme(join(folder, 'secure'), { repositories: 1, pullRequests: 1, tls: selfSigned(folder) });
});
afterAll(() => Promise.all(servers.map((server) => server.close())));

/** A server that answers every request alike. */
async function always(answer: Answer): Promise<LoopbackServer> {
  const server = await startServer({ handle: async () => answer });
  servers.push(server);
  return server;
}

/** A web server without TLS, which answers what it can't read in plain text. */
async function plainPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A port that nobody listens at. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await once(server.close(), 'close');
  return port;
}

let sites = 0;
/** How a sync fails whose run can't even list: with its exit code, and the last line that it prints. */
async function failure(env: Record<string, string>, owner = 'acme'): Promise<{ code: number | null; error: string }> {
  const site = makeGitHubSite(join(folder, `site-${sites++}`), acme);
  const { code, stdout, stderr } = await site.run(['sync', 'github', owner], { env: { ...acme.access, ...env } });
  for (const { made } of [acme, secure]) {
    for (const { value } of made.world.tokens) expect(stdout + stderr).not.toContain(value);
  }
  expect(stdout).toBe('');
  expect(stderr).not.toMatch(/^\s+at /m);
  const lines = stderr.trimEnd().split('\n');
  expect(
    lines.filter((line) => line.startsWith('error: ')),
    stderr,
  ).toEqual([lines.at(-1)]);
  // One try: nobody has recorded another, and the same command may be started again.
  expect(site.rows('select * from repos')).toEqual([]);
  return { code, error: (lines.at(-1) ?? '').replace('error: ', '') };
}

const URL_ADVICE = "it has to be the API's address, https://api.github.com or https://<host>/api/v3.";

describe.concurrent('a run that GitHub gives nothing to list fails at once, in one clear line:', () => {
  it('an owner that there is none of', async () => {
    const { host } = new URL(acme.server.apiUrl);
    expect(await failure({}, 'nobody')).toEqual({ code: 2, error: `owner: there is no organisation or user 'nobody' at ${host} that the token can see` });
    expect(await failure({}, '../acme')).toEqual({ code: 2, error: `owner: there is no organisation or user '../acme' at ${host} that the token can see` });
  });

  it.each(['expired', 'made up'])('a token that is %s', async (what) => {
    const GITHUB_TOKEN = what === 'expired' ? acme.made.tokens.expired : `ghp_${'x'.repeat(36)}`;
    const { code, error } = await failure({ GITHUB_TOKEN });
    expect(code).toBe(1);
    expect(error).toMatch(/^GITHUB_TOKEN is not accepted \(401\) by http:\S+ \(Bad credentials\): it may have expired or been revoked; make a new one\.$/);
    expect(error).not.toContain(GITHUB_TOKEN);
  });

  it("a token that single sign-on isn't authorised for", async () => {
    const { code, error } = await failure({ GITHUB_TOKEN: acme.made.tokens.withoutSso });
    expect(code).toBe(1);
    expect(error).toMatch(/doesn't list the repositories of 'acme': .*SAML.* Authorise the token for 'acme' in its settings, under "Configure SSO"\.$/);
  });

  it('the same over REST, where GraphQL is switched off', async () => {
    const faults = [{ match: { kind: 'graphql' }, times: Number.POSITIVE_INFINITY, effect: { do: 'status', status: 404 } }] as const;
    const rest = await startAcme(join(folder, 'rest'), { repositories: 1, pullRequests: 1, faults });
    const [{ host }, { tokens }] = [new URL(rest.server.apiUrl), rest.made];
    expect(await failure(rest.access, '../acme')).toEqual({
      code: 2,
      error: `owner: there is no organisation or user '../acme' at ${host} that the token can see`,
    });
    expect(await failure({ ...rest.access, GITHUB_TOKEN: tokens.expired })).toEqual({ code: 1, error: expect.stringMatching(/^GITHUB_TOKEN is not accepted/) });
    expect(await failure({ ...rest.access, GITHUB_TOKEN: tokens.withoutSso })).toEqual({
      code: 1,
      error: expect.stringMatching(/GITHUB_TOKEN isn't authorised for the organisation's single sign-on\. Authorise it for http/),
    });
  });

  it.each([
    ['another installation', { GITHUB_APP_INSTALLATION_ID: '77' }],
    ['another App', { GITHUB_APP_ID: '77' }],
    ["another App's key", () => ({ GITHUB_APP_PRIVATE_KEY: secure.made.app.privateKey })],
  ])('%s', async (_, env) => {
    const { code, error } = await failure({ ...asApp(acme), ...(typeof env === 'function' ? env() : env) });
    expect(code).toBe(1);
    for (const name of ['GITHUB_APP_ID', 'GITHUB_APP_INSTALLATION_ID', 'GITHUB_APP_PRIVATE_KEY']) expect(error).toContain(name);
    expect(error).not.toContain('PRIVATE KEY-----');
  });

  it.each([
    ['of the web pages', () => acme.server.webUrl, /status 404 and no JSON/],
    ['of nothing', () => `${acme.server.webUrl}/api/v9`, /status 404 and no JSON/],
    ['of a page', async () => (await always({ status: 200, headers: { 'content-type': 'text/html' }, body: '<p>Hello</p>' })).url, /with no JSON/],
    [
      'of something that sends on to a login',
      async () => (await always({ status: 302, headers: { location: 'https://login.example.com/?from=1' } })).url,
      /with a redirect to https:\/\/login\.example\.com, /,
    ],
  ])('an address %s', async (_, at, what) => {
    const GITHUB_URL = await at();
    for (const access of [acme.access, asApp(acme)]) {
      const { code, error } = await failure({ ...access, GITHUB_TOKEN: '', ...access, GITHUB_URL });
      expect({ code, error }).toEqual({ code: 1, error: expect.stringMatching(what) });
      expect(error).toContain(`so GitHub's API isn't there, or a proxy answers in its place. Check GITHUB_URL (${GITHUB_URL}): ${URL_ADVICE}`);
    }
  });

  it("a certificate that isn't trusted", async () => {
    const { code, error } = await failure(secure.access);
    expect(code).toBe(1);
    expect(error).toMatch(/^The certificate of 127\.0\.0\.1:\d+ isn't trusted \(DEPTH_ZERO_SELF_SIGNED_CERT.*\)\. .*NODE_EXTRA_CA_CERTS\.$/);
    expect(secure.server.requests).toEqual([]);
  });

  it.each([
    ['a host that there is none of', async () => 'https://no-such-host.invalid/api/v3', /can't be reached at no-such-host\.invalid \(.*ENOTFOUND.*\)/],
    ['a port that nobody listens at', async () => `http://127.0.0.1:${await closedPort()}/api/v3`, /can't be reached at 127\.0\.0\.1:\d+ \(.*ECONNREFUSED.*\)/],
    ['a port that HTTP is kept from', async () => 'http://127.0.0.1:1/api/v3', /can't be at 127\.0\.0\.1:1: HTTP isn't spoken on that port/],
    ['a port without TLS', async () => `https://127.0.0.1:${await plainPort()}/api/v3`, /^127\.0\.0\.1:\d+ doesn't speak TLS/],
  ])('%s', async (_, at, what) => {
    const GITHUB_URL = await at();
    const { code, error } = await failure({ GITHUB_URL });
    expect({ code, error }).toEqual({ code: 1, error: expect.stringMatching(what) });
    expect(error).toContain(`Check GITHUB_URL (${GITHUB_URL})`);
  });
});

it('none of them is tried again and again', () => {
  const asked = Map.groupBy(acme.server.requests, ({ kind, path, headers }) => `${kind} ${headers['authorization']} ${path}`);
  for (const [, requests] of asked) expect(requests.map(({ path }) => path).length).toBeLessThanOrEqual(2);
});
