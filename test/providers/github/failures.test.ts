import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { AnswerTooLarge, HostRefusal, TooMuch } from '../../../src/http/errors.ts';
import { FatalError, RetryableError } from '../../../src/model/errors.ts';
import { type GitHub, openGitHub } from '../../../src/providers/github/api.ts';
import { GraphqlRefusal, GraphqlUnavailable } from '../../../src/providers/github/errors.ts';
import { listRepositories } from '../../../src/providers/github/listing/list.ts';
import { failureWithout } from '../../support/failure.ts';
import { ONCE } from '../../support/forge/once.ts';
import { selfSigned } from '../../support/forge/tls.ts';
import { startTrap } from '../../support/forge/trap.ts';
import type { Effect } from '../../support/github/effects.ts';
import { type MadeWorld, makeWorld } from '../../support/github/make-world.ts';
import { type GitHub as FakeGitHub, startGitHub } from '../../support/github/server.ts';
import { askGraphql, openAs } from '../../support/open-github.ts';
import { until } from '../../support/runs.ts';
import { tempFolder } from '../../support/temp.ts';

let made: MadeWorld;
let server: FakeGitHub;
beforeAll(() => {
  made = makeWorld({ folder: tempFolder(), repositories: 6, pullRequests: 12 });
});
afterEach(async () => {
  expect(server.violations()).toEqual([]);
  expect(server.unmetFaults()).toEqual([]);
  await server.close();
});

async function start(...effects: Effect[]): Promise<GitHub> {
  server = await startGitHub(made.world, { faults: effects.map((effect, index) => ({ after: index, effect })) });
  return openAs(server, made.tokens.personal, ONCE);
}

const askRest = (github: GitHub, repo = 'repo-000') => github.rest.repos.get({ owner: 'acme', repo });

async function failure<E extends Error>(kind: new (...args: never[]) => E, promise: Promise<unknown>): Promise<E> {
  const error = await failureWithout(Object.values(made.tokens), promise);
  expect(error).toBeInstanceOf(kind);
  return error as E;
}

const json = { 'content-type': 'application/json' };

describe('a token', () => {
  it.each(['expired', 'unheard-of'] as const)('that is %s is told by its variable and the address', async (which) => {
    await start();
    const github = openAs(server, which === 'expired' ? made.tokens.expired : 'ghp_unheardof');
    for (const asked of [() => askRest(github), () => askGraphql(github)]) {
      const { status, message } = await failure(HostRefusal, asked());
      expect([status, message]).toEqual([
        401,
        expect.stringMatching(/^GITHUB_TOKEN is not accepted \(401\) by http.*expired or been revoked; make a new one\.$/),
      ]);
      expect(message).toContain(server.apiUrl);
    }
  });

  it('that single sign-on keeps out is told where to be let in, without the secret of the page', async () => {
    await start();
    const { status, message } = await failure(HostRefusal, askRest(openAs(server, made.tokens.withoutSso)));
    expect(status).toBe(403);
    expect(message).toContain(`GITHUB_TOKEN isn't authorized for the organization's single sign-on. Authorize it for ${server.webUrl}/orgs/acme/sso, in`);
    expect(message).not.toContain('authorization_request');
  });

  it('is not shown though a server repeats it', async () => {
    const body = JSON.stringify({ message: `Bearer ${made.tokens.personal} mayn't` });
    const github = await start({ do: 'status', status: 403, headers: json, body });
    expect((await failure(HostRefusal, askRest(github))).message).toContain("Bearer [token] mayn't");
  });
});

describe('what GitHub refuses', () => {
  it('is told by its name, and by its status to whoever asked', async () => {
    const github = await start();
    const { status, message } = await failure(HostRefusal, askRest(github, 'none'));
    expect([status, message]).toEqual([
      404,
      expect.stringMatching(/GET \S*\/repos\/acme\/none with 404 \(Not Found\)\. It doesn't exist, or the token in GITHUB_TOKEN mayn't see it/),
    ]);
  });

  it.each([
    [403, 'permission'],
    [410, 'gone'],
    [451, 'legal'],
    [422, 'too old'],
  ])('%s', async (status, advice) => {
    const github = await start({ do: 'status', status, headers: json, body: '{"message":"No."}' });
    const error = await failure(HostRefusal, askRest(github));
    expect([error.status, error.message]).toEqual([status, expect.stringContaining('/repos/acme/repo-000')]);
    expect(error.message).toContain(advice);
  });
});

describe('what passes', () => {
  it.each([500, 502, 503, 504])('REST: %s', async (status) => {
    const github = await start({ do: 'status', status });
    expect(await failure(RetryableError, askRest(github))).not.toBeInstanceOf(TooMuch);
    expect((await askRest(github)).status).toBe(200);
  });

  it('says when to come back, where it knows', async () => {
    const github = await start({ do: 'status', status: 503, headers: { 'retry-after': '3600' } });
    const { retryAt } = await failure(RetryableError, askRest(github));
    expect(retryAt?.getTime()).toBeGreaterThan(Date.now() + 3_000_000);
  });

  it.each([{ do: 'cut', by: 'length' }, { do: 'cut', by: 'chunked' }, { do: 'reset' }, { do: 'reset-in-body' }] as const)('$do $by', async (effect) => {
    const github = await start(effect, effect);
    await failure(RetryableError, askRest(github));
    await failure(RetryableError, askGraphql(github));
    expect(server.requests).toHaveLength(2);
    expect((await askRest(github)).data.name).toBe('repo-000');
  });

  it('a page of something else, once GitHub has been there', async () => {
    const github = await start();
    await askRest(github);
    server.setFaults([{ effect: { do: 'html' } }, { after: 1, effect: { do: 'not-json' } }]);
    await failure(RetryableError, askRest(github));
    await failure(RetryableError, askGraphql(github));
  });

  it('an answer that takes too long', async () => {
    await start({ do: 'hang' });
    const auth = { kind: 'token', token: made.tokens.personal } as const;
    const github = openGitHub({ url: server.apiUrl, auth, variable: 'GITHUB_TOKEN' }, { bounds: { ...ONCE, timeout: 100 } });
    // The time may be up before the request has come so far.
    await until('GitHub is asked', async () => {
      expect((await failure(RetryableError, askRest(github))).message).toContain("didn't answer");
      return server.requests.length > 0;
    });
  });
});

it('an answer that is too large fails, and has less asked for where that can be done', async () => {
  await start();
  const auth = { kind: 'token', token: made.tokens.personal } as const;
  const github = openGitHub({ url: server.apiUrl, auth, variable: 'GITHUB_TOKEN' }, { bounds: { ...ONCE, maxBytes: 10 } });
  await failure(AnswerTooLarge, askRest(github));
  const { cause } = await failure(TooMuch, askGraphql(github));
  expect(cause).toBeInstanceOf(AnswerTooLarge);
  expect(String(cause)).toContain('(query Owner)');
});

it('a list of which even the shortest page is too large is not asked for again', async () => {
  await start();
  const auth = { kind: 'token', token: made.tokens.personal } as const;
  const github = openGitHub({ url: server.apiUrl, auth, variable: 'GITHUB_TOKEN' }, { bounds: { ...ONCE, maxBytes: 10 } });
  const listed = listRepositories(github, { provider: 'github', owner: 'acme' }, undefined, AbortSignal.timeout(30_000));
  expect((await failure(AnswerTooLarge, listed)).message).toContain('(query repositories)');
  // 100, 50, 25, 13, 7, 4, 2
  expect(server.requests).toHaveLength(7);
});

describe('a wrong address', () => {
  it.each([
    ['REST', (github: GitHub) => askRest(github)],
    ['GraphQL', (github: GitHub) => askGraphql(github)],
  ] as const)('answers with a page (%s)', async (_, asked) => {
    const github = await start({ do: 'html' });
    const { message } = await failure(FatalError, asked(github));
    expect(message).toContain(`Check GITHUB_URL (${server.apiUrl}): it has to be the API's address, https://api.github.com or https://<host>/api/v3.`);
  });

  it('is that of the pages, or one where nobody is', async () => {
    await start();
    const auth = { kind: 'token', token: made.tokens.personal } as const;
    for (const url of [server.webUrl, 'http://no-such-host.invalid/api/v3']) {
      const github = openGitHub({ url, auth, variable: 'GITHUB_TOKEN' });
      expect((await failure(FatalError, askRest(github))).message).toContain(`GITHUB_URL (${url})`);
    }
  });

  it('leads to another host, which gets no token', async () => {
    const trap = await startTrap();
    const redirect = { do: 'status', status: 302, headers: { location: `${trap.url}/repos/acme/repo-000` } } as const;
    const github = await start(redirect, { do: 'link-host', url: trap.url });
    expect((await failure(FatalError, askRest(github))).message).toContain(`a redirect to ${trap.url}`);
    const { headers } = await github.rest.pulls.list({ owner: 'acme', repo: 'repo-000', state: 'all', per_page: 1 });
    const next = /<([^>]+)>; rel="next"/.exec(headers.link ?? '')?.[1] ?? '';
    expect(next).toContain(trap.url);
    await failure(FatalError, github.rest.request(`GET ${next}`));
    expect(trap.requests).toEqual([]);
    await trap.close();
  });

  it('has a certificate that nobody trusts', async () => {
    server = await startGitHub(made.world, { tls: selfSigned(tempFolder()) });
    const { message } = await failure(FatalError, askRest(openAs(server, made.tokens.personal)));
    expect(message).toContain('NODE_EXTRA_CA_CERTS');
  });
});

describe('GraphQL', () => {
  it.each([502, 504])('that took too long (%s) is asked for less', async (status) => {
    await failure(TooMuch, askGraphql(await start({ do: 'status', status })));
  });

  it.each([500, 503])('that failed (%s) is asked again', async (status) => {
    expect(await failure(RetryableError, askGraphql(await start({ do: 'status', status })))).not.toBeInstanceOf(TooMuch);
  });

  it('that gave only some of it for its cost is asked for less', async () => {
    const github = await start({ do: 'resource-limits' });
    const query = '{ repository(owner: "acme", name: "repo-000") { pullRequests(first: 4) { nodes { number } } } }';
    await failure(TooMuch, github.graphql(query, {}, AbortSignal.timeout(30_000)));
    server.setFaults([{ effect: { do: 'graphql-error', message: 'Something went wrong while executing your query. This may be the result of a timeout.' } }]);
    await failure(TooMuch, askGraphql(github));
  });

  it.each(['NOT_FOUND', 'FORBIDDEN', 'INSUFFICIENT_SCOPES'])('that is refused as a whole (%s) is not asked again', async (type) => {
    const error = await failure(GraphqlRefusal, askGraphql(await start({ do: 'graphql-error', type, message: 'Not for you.' })));
    expect([error.types, error.message]).toEqual([[type], expect.stringContaining('Not for you.')]);
  });

  it.each(['INTERNAL', undefined])('that failed as a whole (%s) is asked again', async (type) => {
    await failure(RetryableError, askGraphql(await start({ do: 'graphql-error', message: 'Oops.', ...(type !== undefined && { type }) })));
  });

  it('that gives neither data nor errors is asked again', async () => {
    await failure(RetryableError, askGraphql(await start({ do: 'status', status: 200, headers: json, body: '{}' })));
  });

  it("that doesn't know what is asked for is told as such", async () => {
    // As an Enterprise Server does that is older than a field.
    const errors = [
      {
        path: ['query', 'viewer', 'shoeSize'],
        extensions: { code: 'undefinedField' },
        locations: [{ line: 1, column: 12 }],
        message: "Field 'shoeSize' doesn't exist",
      },
    ];
    const github = await start({ do: 'status', status: 200, headers: json, body: JSON.stringify({ errors }) });
    const error = await failure(GraphqlRefusal, askGraphql(github));
    expect(error.message).toContain('shoeSize');
  });

  it.each(['INTERNAL', 'undefinedField', undefined])('that is about the query itself (type %s) is not asked again, and is named', async (type) => {
    const github = await start({ do: 'graphql-error', message: 'Oops.', locations: [{ line: 1, column: 1 }], ...(type !== undefined && { type }) });
    expect((await failure(GraphqlRefusal, askGraphql(github))).message).toContain('query Owner');
    expect(server.requests).toHaveLength(1);
  });

  it.each([403, 404, 405])('that is switched off (%s) is told apart', async (status) => {
    expect((await failure(GraphqlUnavailable, askGraphql(await start({ do: 'status', status })))).status).toBe(status);
  });
});
