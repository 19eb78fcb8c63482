import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { selfSigned } from '../support/forge/tls.ts';
import { tempFolder } from '../support/temp.ts';
import type { Forge } from './support/forge.ts';
import { HOSTS } from './support/hosts.ts';
import { alwaysAnswering, expectFewTries, listingFailure, plainPort, silentPort } from './support/listing-failures.ts';

/** No host can have a name with so long a part: to say so takes no name server, which not every machine has within reach. */
const NO_NAME = `${'n'.repeat(64)}.invalid`;

describe.each(HOSTS)('an address that $name is not at fails a run at once, in one clear line:', ({ provider, name, url, path, advice, start, accesses }) => {
  const folder = join(tempFolder(), provider);
  const always = alwaysAnswering();
  let plain: Forge;
  let secure: Forge;
  beforeAll(async () => {
    plain = await start(join(folder, 'plain'), { repositories: 1, pullRequests: 1 });
    secure = await start(join(folder, 'secure'), { repositories: 1, pullRequests: 1, tls: selfSigned(folder) });
  });

  describe.concurrent('', () => {
    it.each([
      ['of nothing', () => `${plain.server.webUrl}/api/v9`, /status 404 and no JSON/],
      ['of a page', () => always({ status: 200, headers: { 'content-type': 'text/html' }, body: '<p>Hello</p>' }), /with no JSON/],
      [
        'of something that sends on to a login',
        () => always({ status: 302, headers: { location: 'https://login.example.com/?from=1' } }),
        /with a redirect to https:\/\/login\.example\.com, /,
      ],
    ])('%s', async (_, at, what) => {
      const address = await at();
      for (const access of accesses(plain)) {
        const { code, error } = await listingFailure(folder, plain, { [`${name.toUpperCase()}_TOKEN`]: '', ...access, [url]: address });
        expect({ code, error }).toEqual({ code: 1, error: expect.stringMatching(what) });
        expect(error).toContain(`so ${name}'s API isn't there, or a proxy answers in its place. Check ${url} (${address}): ${advice}`);
      }
    });

    it("a certificate that isn't trusted", async () => {
      const { code, error } = await listingFailure(folder, secure, secure.access);
      expect(code).toBe(1);
      expect(error).toMatch(/^The certificate of 127\.0\.0\.1:\d+ isn't trusted \(DEPTH_ZERO_SELF_SIGNED_CERT.*\)\. .*NODE_EXTRA_CA_CERTS\.$/);
      expect(secure.server.requests).toEqual([]);
    });

    it.each([
      ['a host that there is none of', async () => `https://${NO_NAME}${path}`, new RegExp(`can't be reached at ${NO_NAME} \\(.*ENOTFOUND.*\\)`)],
      [
        'a port that nobody listens at',
        async () => `http://127.0.0.1:${await silentPort()}${path}`,
        /can't be reached at 127\.0\.0\.1:\d+ \(.*ECONNREFUSED.*\)/,
      ],
      ['a port that HTTP is kept from', async () => `http://127.0.0.1:1${path}`, /can't be at 127\.0\.0\.1:1: HTTP isn't spoken on that port/],
      ['a port without TLS', async () => `https://127.0.0.1:${await plainPort()}${path}`, /^127\.0\.0\.1:\d+ doesn't speak TLS/],
    ])('%s', async (_, at, what) => {
      const address = await at();
      const { code, error } = await listingFailure(folder, plain, { [url]: address });
      expect({ code, error }).toEqual({ code: 1, error: expect.stringMatching(what) });
      expect(error).toContain(`Check ${url} (${address})`);
    });
  });

  it('none of them is tried again and again', () => {
    expectFewTries(plain);
  });
});
