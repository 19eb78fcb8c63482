import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startProxy } from '../support/forge/proxy.ts';
import { selfSigned } from '../support/forge/tls.ts';
import { tempFolder } from '../support/temp.ts';
import { makeGitHubSite, startAcme } from './support/github.ts';
import { formsOf } from './support/traces.ts';

it('a certificate that NODE_EXTRA_CA_CERTS names lets the API and git through', async () => {
  const folder = tempFolder();
  const tls = selfSigned(folder);
  const acme = await startAcme(folder, { repositories: 2, pullRequests: 4, tls });
  const { code, stdout, stderr } = await makeGitHubSite(join(folder, 'site'), acme).github([], { env: { NODE_EXTRA_CA_CERTS: tls.file } });
  expect(code, stdout + stderr).toBe(0);
  expect(new Set(acme.server.requests.map(({ kind }) => kind))).toEqual(new Set(['graphql', 'git']));
});

it.each(['http', 'https'])('the proxy that the environment names is what the API and git go through (%s)', async (scheme) => {
  const folder = tempFolder();
  const tls = scheme === 'https' ? selfSigned(folder) : undefined;
  const acme = await startAcme(folder, { repositories: 2, pullRequests: 4, ...(tls && { tls }) });
  await using proxy = await startProxy();
  const name = scheme === 'https' ? 'HTTPS_PROXY' : 'http_proxy';
  const env = { [name]: proxy.url, ...(tls && { NODE_EXTRA_CA_CERTS: tls.file }) };
  const { code, stdout, stderr } = await makeGitHubSite(join(folder, 'site'), acme).github([], { env });
  expect(code, stdout + stderr).toBe(0);
  const { host } = new URL(acme.server.webUrl);
  if (tls === undefined) {
    const { requests } = acme.server;
    expect(proxy.seen.map(({ line }) => line)).toEqual(expect.arrayContaining([`POST ${acme.server.graphqlUrl}`]));
    expect(proxy.seen.length).toBe(requests.length);
  } else {
    expect(new Set(proxy.seen.map(({ line }) => line))).toEqual(new Set([`CONNECT ${host}`]));
    // One of the API, and one of each clone.
    expect(proxy.seen.length).toBeGreaterThan(2);
    for (const form of formsOf(acme.made.tokens.personal)) expect(JSON.stringify(proxy.seen)).not.toContain(form);
  }
});

it('what NO_PROXY names is asked without it', async () => {
  const folder = tempFolder();
  const acme = await startAcme(folder, { repositories: 1, pullRequests: 1 });
  await using proxy = await startProxy();
  const env = { HTTP_PROXY: proxy.url, http_proxy: proxy.url, NO_PROXY: '127.0.0.1' };
  const { code, stderr } = await makeGitHubSite(join(folder, 'site'), acme).github([], { env });
  expect(code, stderr).toBe(0);
  expect(proxy.seen).toEqual([]);
});

it("a proxy's password is nowhere: not in the output and not in a file", async () => {
  const folder = tempFolder();
  const acme = await startAcme(folder, { repositories: 1, pullRequests: 1 });
  await using proxy = await startProxy('me:pr0xyS3cret');
  const site = makeGitHubSite(join(folder, 'site'), acme);
  const wrong = await site.github([], { env: { http_proxy: proxy.url } });
  expect({ code: wrong.code, stderr: wrong.stderr }).toEqual({ code: 1, stderr: expect.stringContaining('error: The proxy wants a name and a password') });
  const right = await site.github([], { env: { http_proxy: proxy.url.replace('//', '//me:pr0xyS3cret@'), LOG_LEVEL: 'trace' } });
  expect(right.code, right.stderr).toBe(0);
  expect(right.stdout + right.stderr).not.toContain('pr0xyS3cret');
  expect(readFileSync(join(site.folder, 'org-sync.db'), 'latin1')).not.toContain('pr0xyS3cret');
});
