import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { tempFolder } from '../support/temp.ts';
import { type Acme, asApp, startAcme } from './support/github.ts';
import { GITHUB } from './support/hosts.ts';
import { expectFewTries, listingFailure } from './support/listing-failures.ts';

const folder = tempFolder();
const otherKey = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
}).privateKey;
let acme: Acme;
beforeAll(async () => {
  acme = await startAcme(join(folder, 'plain'), { repositories: 2, pullRequests: 2 });
});

/** How a sync fails whose run can't even list. */
const failure = (env: Record<string, string>, owner?: string) => listingFailure(folder, acme, env, owner);

describe.concurrent('a run that GitHub gives nothing to list fails at once, in one clear line:', () => {
  it('an owner that there is none of', async () => {
    const { host } = new URL(acme.server.apiUrl);
    expect(await failure({}, 'nobody')).toEqual({ code: 2, error: `owner: there is no organization or user 'nobody' at ${host} that the token can see` });
    expect(await failure({}, '../acme')).toEqual({ code: 2, error: `owner: there is no organization or user '../acme' at ${host} that the token can see` });
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
      error: `owner: there is no organization or user '../acme' at ${host} that the token can see`,
    });
    expect(await failure({ ...rest.access, GITHUB_TOKEN: tokens.expired })).toEqual({ code: 1, error: expect.stringMatching(/^GITHUB_TOKEN is not accepted/) });
    expect(await failure({ ...rest.access, GITHUB_TOKEN: tokens.withoutSso })).toEqual({
      code: 1,
      error: expect.stringMatching(/GITHUB_TOKEN isn't authorized for the organization's single sign-on\. Authorize it for http/),
    });
  });

  it.each([
    ['another installation', { GITHUB_APP_INSTALLATION_ID: '77' }],
    ['another App', { GITHUB_APP_ID: '77' }],
    ["another App's key", { GITHUB_APP_PRIVATE_KEY: otherKey }],
  ])('%s', async (_, env) => {
    const { code, error } = await failure({ ...asApp(acme), ...env });
    expect(code).toBe(1);
    for (const name of ['GITHUB_APP_ID', 'GITHUB_APP_INSTALLATION_ID', 'GITHUB_APP_PRIVATE_KEY']) expect(error).toContain(name);
    expect(error).not.toContain('PRIVATE KEY-----');
  });

  it('an address of the web pages', async () => {
    const GITHUB_URL = acme.server.webUrl;
    for (const access of GITHUB.accesses(acme)) {
      const { code, error } = await failure({ GITHUB_TOKEN: '', ...access, GITHUB_URL });
      expect({ code, error }).toEqual({ code: 1, error: expect.stringMatching(/status 404 and no JSON/) });
      expect(error).toContain(`so GitHub's API isn't there, or a proxy answers in its place. Check GITHUB_URL (${GITHUB_URL}): ${GITHUB.advice}`);
    }
  });
});

it('none of them is tried again and again', () => {
  expectFewTries(acme);
});
