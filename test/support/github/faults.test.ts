import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { linkOf } from '../forge/links.ts';
import { startTrap } from '../forge/trap.ts';
import { until } from '../runs.ts';
import { tempFolder } from '../temp.ts';
import { graphql, rest } from './client.ts';
import type { Effect } from './effects.ts';
import { type MadeWorld, makeWorld } from './make-world.ts';
import { type GitHub, startGitHub } from './server.ts';
import { fullName } from './world.ts';

const folder = tempFolder();
let made: MadeWorld;
let github: GitHub;
beforeAll(async () => {
  made = makeWorld({ folder, repositories: 3, pullRequests: 40 });
});

async function start(effect: Effect, more: { times?: number; after?: number } = {}): Promise<void> {
  await github?.close();
  for (const token of made.world.tokens) token.revoked = false;
  github = await startGitHub(made.world, { faults: [{ effect, ...more }] });
}
afterAll(() => github.close());

const get = (path = '/orgs/acme/repos') => rest(github, path, made.tokens.personal);
const query = (first = 5) =>
  graphql(
    github,
    made.tokens.personal,
    `{ repository(owner: "acme", name: "repo-000") { pullRequests(first: ${first}) { nodes { number reviews(first: 50) { totalCount } } } } }`,
  );
const flags = () => github.requests.map(({ status, limited = false, whileLimited = false }) => [status, limited, whileLimited]);

describe('limits', () => {
  // It stands still until a test sets it: so no limit ends before its time, however long a request takes.
  beforeEach(() => void vi.useFakeTimers({ now: Date.now(), toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());

  it.each([403, 429] as const)('primary, %s: every request is refused until the reset, and kept as one too many', async (status) => {
    await start({ do: 'primary-limit', seconds: 1, status }, { after: 1 });
    expect((await get()).status).toBe(200);
    const limited = await get();
    expect([limited.status, limited.headers.get('x-ratelimit-remaining'), limited.headers.get('retry-after')]).toEqual([status, '0', null]);
    await get();
    expect((await query()).body.data).toBeDefined();
    expect((await get('/rate_limit')).body).toMatchObject({ resources: { core: { remaining: 0 } } });
    expect(flags().slice(0, 3)).toEqual([
      [200, false, false],
      [status, true, false],
      [status, true, true],
    ]);
    vi.setSystemTime(Number(limited.headers.get('x-ratelimit-reset')) * 1_000);
    expect((await get()).status).toBe(200);
    expect(github.unmetFaults()).toEqual([]);
  });

  it('secondary, with and without a header: the whole API is closed to the token, and to it alone', async () => {
    await start({ do: 'secondary-limit', seconds: 30, status: 429 });
    const limited = await get();
    expect([limited.status, limited.body['message'], Number(limited.headers.get('retry-after'))]).toEqual([
      429,
      expect.stringContaining('secondary rate limit'),
      expect.closeTo(30, 0),
    ]);
    expect((await query()).status).toBe(429);
    expect(flags().at(-1)).toEqual([429, true, true]);
    expect((await rest(github, '/orgs/acme')).status).toBe(200);
    await start({ do: 'secondary-limit', seconds: 30, retryAfter: false });
    expect([(await get()).headers.get('retry-after'), (await get()).status]).toEqual([null, 403]);
  });

  it('GraphQL says it with status 200', async () => {
    await start({ do: 'primary-limit', seconds: 30 });
    const { status, body, headers } = await query();
    expect([status, body.errors?.[0]?.type, body.data, headers.get('x-ratelimit-resource')]).toEqual([200, 'RATE_LIMITED', undefined, 'graphql']);
  });

  it('are reached by spending too', async () => {
    await github.close();
    github = await startGitHub(made.world, { rateLimit: { core: 2, graphql: 1 } });
    expect([(await get()).status, (await get()).headers.get('x-ratelimit-remaining'), (await get()).status, (await get()).status]).toEqual([
      200,
      '0',
      403,
      403,
    ]);
    expect([(await query()).body.errors, (await query()).body.errors?.[0]?.type]).toEqual([undefined, 'RATE_LIMITED']);
    expect(github.requests.map(({ whileLimited }) => whileLimited ?? false)).toEqual([false, false, false, true, false, false]);
  });
});

describe('broken answers', () => {
  it.each(['reset', 'reset-in-body'] as const)('%s: the connection fails, once', async (effect) => {
    await start({ do: effect });
    await expect(get()).rejects.toThrow();
    expect((await get()).status).toBe(200);
  });

  it.each(['length', 'chunked'] as const)('cut by %s: sound headers, then too little', async (by) => {
    await start({ do: 'cut', by });
    const response = await fetch(`${github.apiUrl}/orgs/acme/repos`, { headers: { 'user-agent': 'plain' } });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    await expect(response.text()).rejects.toThrow();
  });

  it('no answer, a late one, and ones that are no JSON', async () => {
    await start({ do: 'hang' });
    const controller = new AbortController();
    const asked = expect(rest(github, '/user', made.tokens.personal, { signal: controller.signal })).rejects.toThrow();
    await until('the request is there', () => github.requests.length > 0);
    await sleep(200);
    controller.abort();
    await asked;
    expect(github.requests[0]?.status).toBeNull();
    await start({ do: 'slow', milliseconds: 300 });
    const before = Date.now();
    await get();
    expect(Date.now() - before).toBeGreaterThanOrEqual(295);
    for (const effect of [{ do: 'html' }, { do: 'not-json' }, { do: 'status', status: 503 }] as const) {
      await start(effect);
      await expect(get()).rejects.toThrow('JSON');
      expect(github.requests[0]?.status).toBe(effect.do === 'status' ? 503 : 200);
    }
  });

  it('fails large pages only, and takes points for them', async () => {
    await github.close();
    github = await startGitHub(made.world, {
      faults: [{ match: { kind: 'graphql', pageSizeOver: 6 }, times: Number.POSITIVE_INFINITY, effect: { do: 'status', status: 502, body: '{}' } }],
    });
    expect((await query(25)).status).toBe(502);
    expect((await query(7)).status).toBe(502);
    const { status, headers } = await query(6);
    expect([status, headers.get('x-ratelimit-used')]).toEqual([200, '3']);
    github.setFaults([{ effect: { do: 'resource-limits' } }]);
    const { data, errors } = (await query(4)).body;
    expect(data.repository.pullRequests.nodes.map((node: unknown) => node === null)).toEqual([false, false, true, true]);
    expect(errors?.map(({ type }) => type)).toEqual(['RESOURCE_LIMITS_EXCEEDED', 'RESOURCE_LIMITS_EXCEEDED']);
  });

  it('401 once, or for ever', async () => {
    await start({ do: 'unauthorized' });
    expect([(await get()).status, (await get()).status]).toEqual([401, 200]);
    await start({ do: 'unauthorized', revoke: true });
    expect([(await get()).status, (await get()).status]).toEqual([401, 401]);
  });
});

describe('paging', () => {
  it('leads to a trap that tells whether the token came along', async () => {
    const trap = await startTrap();
    await start({ do: 'link-host', url: trap.url });
    const next = linkOf((await get('/repos/acme/repo-000/pulls?state=all&per_page=2')).headers, 'next') ?? '';
    expect(next.startsWith(trap.url)).toBe(true);
    await fetch(next);
    expect(trap.gotToken(made.tokens.personal)).toBe(false);
    await rest(github, next, made.tokens.personal);
    expect(trap.gotToken()).toBe(true);
    await trap.close();
  });

  it('has rows twice when the world changes in between', async () => {
    const repository = made.world.repositories[0];
    const path = `/repos/${repository && fullName(repository)}/pulls?state=all&sort=created&direction=desc&per_page=4`;
    const rows = async (page: number) =>
      (await rest<{ number: number }[]>(github, `${path}&page=${page}`, made.tokens.personal)).body.map(({ number }) => number);
    await start({ do: 'slide', rows: 1 }, { after: 1 });
    const [first, second] = [await rows(1), await rows(2)];
    expect(second[0]).toBe(first[3]);
    const newest = { ...structuredClone(made.world.repositories[0]?.pullRequests[0]), createdAt: '2030-01-01T00:00:00Z' } as never;
    await start({ do: 'change', change: (world) => void world.repositories[0]?.pullRequests.push(newest) });
    const [before, after] = [await rows(1), await rows(2)];
    expect(after[0]).toBe(before[3]);
    made.world.repositories[0]?.pullRequests.pop();
  });
});
