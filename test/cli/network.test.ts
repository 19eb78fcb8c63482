import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { startProxy } from '../support/forge/proxy.ts';
import { selfSigned } from '../support/forge/tls.ts';
import { tempFolder } from '../support/temp.ts';
import { makeForgeSite } from './support/forge.ts';
import { HOSTS } from './support/hosts.ts';
import { formsOf } from './support/traces.ts';

describe.each(HOSTS)('$name:', ({ api, token, start }) => {
  it('a certificate that NODE_EXTRA_CA_CERTS names lets the API and git through', async () => {
    const folder = tempFolder();
    const tls = selfSigned(folder);
    const forge = await start(folder, { repositories: 2, pullRequests: 4, tls });
    const { code, stdout, stderr } = await makeForgeSite(join(folder, 'site'), forge).take([], { env: { NODE_EXTRA_CA_CERTS: tls.file } });
    expect(code, stdout + stderr).toBe(0);
    expect(new Set(forge.server.requests.map(({ kind }) => kind))).toEqual(new Set([api, 'git']));
  });

  it.each(['http', 'https'])('the proxy that the environment names is what the API and git go through (%s)', async (scheme) => {
    const folder = tempFolder();
    const tls = scheme === 'https' ? selfSigned(folder) : undefined;
    const forge = await start(folder, { repositories: 2, pullRequests: 4, ...(tls && { tls }) });
    await using proxy = await startProxy();
    const name = scheme === 'https' ? 'HTTPS_PROXY' : 'http_proxy';
    const env = { [name]: proxy.url, ...(tls && { NODE_EXTRA_CA_CERTS: tls.file }) };
    const { code, stdout, stderr } = await makeForgeSite(join(folder, 'site'), forge).take([], { env });
    expect(code, stdout + stderr).toBe(0);
    const { host } = new URL(forge.server.webUrl);
    if (tls === undefined) {
      const { requests } = forge.server;
      expect(proxy.seen.map(({ line }) => line).filter((line) => !line.includes(` ${forge.server.webUrl}/`))).toEqual([]);
      expect(new Set(requests.map(({ kind }) => kind))).toEqual(new Set([api, 'git']));
      expect(proxy.seen.length).toBe(requests.length);
    } else {
      expect(new Set(proxy.seen.map(({ line }) => line))).toEqual(new Set([`CONNECT ${host}`]));
      // One of the API, and one of each clone.
      expect(proxy.seen.length).toBeGreaterThan(2);
      for (const form of formsOf(forge.access[token] ?? '')) expect(JSON.stringify(proxy.seen)).not.toContain(form);
    }
  });

  it('what NO_PROXY names is asked without it', async () => {
    const folder = tempFolder();
    const forge = await start(folder, { repositories: 1, pullRequests: 1 });
    await using proxy = await startProxy();
    const env = { HTTP_PROXY: proxy.url, http_proxy: proxy.url, NO_PROXY: '127.0.0.1' };
    const { code, stderr } = await makeForgeSite(join(folder, 'site'), forge).take([], { env });
    expect(code, stderr).toBe(0);
    expect(proxy.seen).toEqual([]);
  });

  it("a proxy's password is nowhere: not in the output and not in a file", async () => {
    const folder = tempFolder();
    const forge = await start(folder, { repositories: 1, pullRequests: 1 });
    await using proxy = await startProxy('me:pr0xyS3cret');
    const site = makeForgeSite(join(folder, 'site'), forge);
    const wrong = await site.take([], { env: { http_proxy: proxy.url } });
    expect({ code: wrong.code, stderr: wrong.stderr }).toEqual({ code: 1, stderr: expect.stringContaining('error: The proxy wants a name and a password') });
    const right = await site.take([], { env: { http_proxy: proxy.url.replace('//', '//me:pr0xyS3cret@'), LOG_LEVEL: 'trace' } });
    expect(right.code, right.stderr).toBe(0);
    expect(right.stdout + right.stderr).not.toContain('pr0xyS3cret');
    expect(readFileSync(join(site.folder, 'org-sync.db'), 'latin1')).not.toContain('pr0xyS3cret');
  });
});
