import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { RateLimited } from '../../../src/model/errors.ts';
import type { GitHub } from '../../../src/providers/github/api.ts';
import { failureWithout } from '../../support/failure.ts';
import type { Effect } from '../../support/github/effects.ts';
import { type MadeWorld, makeWorld } from '../../support/github/make-world.ts';
import { type GitHub as FakeGitHub, type GitHubOptions, startGitHub } from '../../support/github/server.ts';
import { askGraphql, openAs, openAsApp } from '../../support/open-github.ts';
import { tempFolder } from '../../support/temp.ts';

let made: MadeWorld;
let server: FakeGitHub;
beforeAll(() => {
  made = makeWorld({ folder: tempFolder(), repositories: 3, pullRequests: 4 });
});
afterEach(async () => {
  vi.useRealTimers();
  expect(server.violations()).toEqual([]);
  expect(server.requests.filter(({ whileLimited }) => whileLimited)).toEqual([]);
  await server.close();
});

async function start(options: GitHubOptions | Effect): Promise<GitHub> {
  setClock(Date.UTC(2026, 0, 2));
  server = await startGitHub(made.world, 'do' in options ? { faults: [{ effect: options }] } : options);
  return openAs(server, made.tokens.personal);
}

const askRest = (github: GitHub) => github.rest.orgs.get({ org: 'acme' });

async function limit(promise: Promise<unknown>): Promise<{ message: string; seconds: number; until: number }> {
  const error = await failureWithout([made.tokens.personal], promise);
  expect(error).toBeInstanceOf(RateLimited);
  const { message, until } = error as RateLimited;
  return { message, seconds: (until.getTime() - Date.now()) / 1_000, until: until.getTime() };
}

/** The clock of GitHub and of whoever asks it: it stands still, while timers run. */
function setClock(now: number): void {
  vi.useFakeTimers({ now, toFake: ['Date'] });
}

describe('a primary limit', () => {
  it.each([403, 429] as const)('of REST (%s) closes REST alone, until a second after its reset', async (status) => {
    const github = await start({ do: 'primary-limit', seconds: 40, status });
    const { until, seconds, message } = await limit(askRest(github));
    expect([seconds, message]).toEqual([41, `GitHub's primary rate limit of REST at ${github.host} is used up`]);
    expect((await limit(askRest(github))).until).toBe(until);
    expect((await askGraphql(github)).errors).toEqual([]);
    expect(server.requests.map(({ kind }) => kind)).toEqual(['rest', 'graphql']);
    setClock(until);
    expect((await askRest(github)).status).toBe(200);
  });

  it.each(['RATE_LIMITED', 'RATE_LIMIT'] as const)('of GraphQL (%s) closes GraphQL alone', async (type) => {
    const github = await start({ do: 'primary-limit', seconds: 40, type });
    const { until, seconds, message } = await limit(askGraphql(github));
    expect([seconds, message]).toEqual([41, `GitHub's primary rate limit of GraphQL at ${github.host} is used up`]);
    await limit(askGraphql(github));
    expect((await askRest(github)).status).toBe(200);
    expect(server.requests.map(({ kind }) => kind)).toEqual(['graphql', 'rest']);
    setClock(until);
    expect((await askGraphql(github)).errors).toEqual([]);
  });

  it('of GraphQL without headers is waited for as long as a secondary one', async () => {
    const github = await start({
      do: 'status',
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded"}]}',
    });
    expect((await limit(askGraphql(github))).seconds).toBe(60);
    expect((await askRest(github)).status).toBe(200);
  });

  it('that is reached with a good answer has no request refused', async () => {
    const github = await start({ rateLimit: { core: 2, graphql: 1 } });
    await askRest(github);
    await askRest(github);
    await limit(askRest(github));
    await askGraphql(github);
    await limit(askGraphql(github));
    expect(server.requests.map(({ status, limited }) => [status, limited ?? false])).toEqual(Array(3).fill([200, false]));
  });

  it('ends when it does by the clock of the server, where the one here is wrong', async () => {
    const real = Date.UTC(2026, 0, 2);
    const headers = { date: new Date(real).toUTCString(), 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(real / 1_000 + 40) };
    const github = await start({ do: 'status', status: 403, headers });
    setClock(real + 7_200_000);
    expect((await limit(askRest(github))).seconds).toBe(41);
    setClock(real + 7_200_000 + 41_000);
    expect((await askRest(github)).status).toBe(200);
  });
});

it('the limits of an answer to a wrong token are not those of the token', async () => {
  const headers = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Date.UTC(2026, 0, 2) / 1_000 + 3_000) };
  await start({ faults: [{ match: { path: /^\/orgs/ }, effect: { do: 'status', status: 401, headers } }] });
  expect((await askRest(openAsApp(server, made))).status).toBe(200);
});

describe('a secondary limit', () => {
  it.each([403, 429] as const)('with a time (%s) closes all', async (status) => {
    const github = await start({ do: 'secondary-limit', seconds: 30, status });
    const { until, seconds, message } = await limit(askRest(github));
    expect(message).toBe(`GitHub's secondary rate limit holds at ${github.host}, for all its APIs`);
    expect(seconds).toBe(30);
    await limit(askGraphql(github));
    expect(server.requests).toHaveLength(1);
    setClock(until);
    expect((await askGraphql(github)).errors).toEqual([]);
  });

  it.each(['rest', 'graphql'] as const)('without a time is waited for a minute, then twice as long (%s)', async (kind) => {
    const github = await start({ faults: [{ times: 2, effect: { do: 'secondary-limit', seconds: 1, status: 403, retryAfter: false } }] });
    const asked = () => (kind === 'rest' ? askRest(github) : askGraphql(github));
    const first = await limit(asked());
    expect(first.seconds).toBe(60);
    setClock(first.until);
    const second = await limit(asked());
    expect(second.seconds).toBe(120);
    await limit(kind === 'rest' ? askGraphql(github) : askRest(github));
    expect(server.requests).toHaveLength(2);
    setClock(second.until);
    await asked();
  });

  it('over GraphQL may come with status 200', async () => {
    const github = await start({ do: 'secondary-limit', seconds: 30, status: 200 });
    expect((await limit(askGraphql(github))).message).toContain('secondary');
    await limit(askRest(github));
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    'You have triggered an abuse detection mechanism.',
    'Maximum number of login attempts exceeded. Please try again later.',
    'API rate limit exceeded for user ID 1.',
  ])('may say so in words alone: %s', async (message) => {
    const github = await start({ do: 'status', status: 403, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ message }) });
    expect((await limit(askRest(github))).seconds).toBe(60);
  });

  it('may say nothing but 429', async () => {
    const github = await start({ do: 'status', status: 429 });
    expect((await limit(askRest(github))).seconds).toBe(60);
  });
});

describe('the gate', () => {
  it('is one for all that ask with one token, and for it alone', async () => {
    const github = await start({ do: 'secondary-limit', seconds: 30 });
    await limit(askRest(github));
    await limit(askRest(openAs(server, made.tokens.personal)));
    expect(server.requests).toHaveLength(1);
    const app = openAsApp(server, made);
    expect((await askRest(app)).status).toBe(200);
  });

  it("is one for all of an App's installation, and an App waits with the tokens it asks for too", async () => {
    await start({ do: 'secondary-limit', seconds: 30 });
    await limit(askRest(openAsApp(server, made)));
    expect(server.requests.map(({ path }) => path)).toEqual([expect.stringContaining('/access_tokens')]);
    await limit(openAsApp(server, made).token());
    await limit(askRest(openAsApp(server, made)));
    expect(server.requests).toHaveLength(1);
  });

  it('does not stop what is under way already', async () => {
    const github = await start({
      faults: [{ effect: { do: 'slow', milliseconds: 300 } }, { after: 1, effect: { do: 'primary-limit', seconds: 30 } }],
    });
    const slow = askRest(github);
    await expect.poll(() => server.requests.length).toBe(1);
    await limit(askRest(github));
    expect((await slow).status).toBe(200);
    await limit(askRest(github));
  });
});
