import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { linkOf } from '../forge/links.ts';
import { startTrap } from '../forge/trap.ts';
import { until } from '../runs.ts';
import { tempFolder } from '../temp.ts';
import { rest } from './client.ts';
import type { Effect } from './effects.ts';
import { type MadeGitLabWorld, makeGitLabWorld } from './make-world.ts';
import { type GitLab, type GitLabOptions, startGitLab } from './server.ts';
import type { MergeRequest, Project } from './world.ts';

const folder = tempFolder();
let made: MadeGitLabWorld;
let gitlab: GitLab;
beforeAll(() => {
  made = makeGitLabWorld({ folder, projects: 3, mergeRequests: 20 });
});
afterAll(() => gitlab.close());

async function start(options: GitLabOptions): Promise<void> {
  await gitlab?.close();
  for (const token of made.world.tokens) if (token.value === made.tokens.personal) token.revoked = false;
  gitlab = await startGitLab(made.world, options);
}
const meet = (effect: Effect, more: { times?: number; after?: number } = {}) => start({ faults: [{ effect, ...more }] });

const get = (path = '/groups/acme/projects', as = made.tokens.personal) => rest<Record<string, unknown>>(gitlab, path, as);
const rateHeaders = (headers: Headers) => [...headers.keys()].filter((name) => /^(ratelimit-|retry-after)/.test(name));
const flags = () => gitlab.requests.map(({ status, limited = false, whileLimited = false }) => [status, limited, whileLimited]);

describe('limits', () => {
  // It stands still until a test sets it: so no limit ends before its time, however long a request takes.
  beforeEach(() => void vi.useFakeTimers({ now: Date.now(), toFake: ['Date'] }));
  afterEach(() => void vi.useRealTimers());

  it('close the whole API to a caller, and to it alone, and say until when', async () => {
    await meet({ do: 'rate-limit', seconds: 30 }, { after: 1 });
    await get();
    const before = Date.now();
    const { status, headers, body } = await get();
    expect([status, headers.get('content-type'), body]).toEqual([429, 'text/plain', 'Retry later\n']);
    const reset = Number(headers.get('ratelimit-reset')) * 1_000;
    expect([reset >= before + 30_000, reset <= before + 32_000, Number(headers.get('retry-after')) >= 30]).toEqual([true, true, true]);
    expect(headers.get('ratelimit-remaining')).toBe('0');
    expect((await get('/user')).status).toBe(429);
    expect((await get('/user', made.tokens.group)).status).toBe(200);
    expect(flags()).toEqual([
      [200, false, false],
      [429, true, false],
      [429, true, true],
      [200, false, false],
    ]);
  });

  it.each([
    ['none', []],
    ['retry-after', ['retry-after']],
    ['reset', ['ratelimit-limit', 'ratelimit-name', 'ratelimit-observed', 'ratelimit-remaining', 'ratelimit-reset', 'ratelimit-resettime']],
  ] as const)('come with headers: %s', async (headers, names) => {
    await meet({ do: 'rate-limit', seconds: 30, headers });
    const answer = await get();
    expect([answer.status, rateHeaders(answer.headers)]).toEqual([429, names]);
  });

  it('of a route come as JSON, and leave the others open', async () => {
    await meet({ do: 'endpoint-limit', seconds: 30 });
    const limited = await get();
    expect([limited.status, limited.body, rateHeaders(limited.headers)]).toEqual([
      429,
      { message: { error: 'This endpoint has been requested too many times. Try again later.' } },
      [],
    ]);
    expect([(await get()).status, (await get('/groups/acme')).status]).toEqual([429, 200]);
    await meet({ do: 'endpoint-limit', seconds: 30, retryAfter: true });
    expect(rateHeaders((await get()).headers)).toEqual(['retry-after']);
  });

  it('are reached by asking too, and end', async () => {
    await start({ rateLimit: { requests: 2, windowSeconds: 2, everyAnswer: true } });
    const first = await get();
    expect([first.headers.get('ratelimit-observed'), first.headers.get('ratelimit-remaining')]).toEqual(['1', '1']);
    await get();
    const limited = await get();
    expect(limited.status).toBe(429);
    vi.setSystemTime(Number(limited.headers.get('ratelimit-reset')) * 1_000);
    expect((await get()).status).toBe(200);
    await start({});
    expect(rateHeaders((await get()).headers)).toEqual([]);
  });
});

describe('broken answers', () => {
  it.each(['reset', 'reset-in-body'] as const)('%s: the connection fails, once', async (effect) => {
    await meet({ do: effect });
    await expect(get()).rejects.toThrow();
    expect((await get()).status).toBe(200);
  });

  it.each(['length', 'chunked'] as const)('cut by %s: sound headers, then too little', async (by) => {
    await meet({ do: 'cut', by });
    const response = await fetch(`${gitlab.apiUrl}/groups/acme/projects`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
    await expect(response.text()).rejects.toThrow();
  });

  it('no answer, a page in place of one, and one that is no JSON', async () => {
    await meet({ do: 'hang' });
    const controller = new AbortController();
    const asked = expect(rest(gitlab, '/user', undefined, { signal: controller.signal })).rejects.toThrow();
    await until('the request is there', () => gitlab.requests.length > 0);
    await sleep(200);
    controller.abort();
    await asked;
    expect(gitlab.requests[0]?.status).toBeNull();
    await meet({ do: 'html' });
    const page = await get();
    expect([page.status, page.headers.get('content-type'), page.body]).toEqual([200, 'text/html; charset=utf-8', expect.stringContaining('Sign in')]);
    await meet({ do: 'status', status: 502 });
    expect([(await get()).status, (await get()).status]).toEqual([502, 200]);
    await meet({ do: 'status', status: 500, body: { message: '500 Internal Server Error' } });
    expect((await get()).body).toEqual({ message: '500 Internal Server Error' });
    await meet({ do: 'not-json' });
    await expect(get()).rejects.toThrow('JSON');
  });

  it('fails large pages only', async () => {
    await start({ faults: [{ match: { pageSizeOver: 50 }, times: Number.POSITIVE_INFINITY, effect: { do: 'status', status: 502 } }] });
    const status = async (size: number) => (await get(`/groups/acme/merge_requests?per_page=${size}`)).status;
    expect([await status(100), await status(51), await status(50)]).toEqual([502, 502, 200]);
  });

  it('401 once, or for ever', async () => {
    await meet({ do: 'unauthorized' });
    expect([(await get()).status, (await get()).status]).toEqual([401, 200]);
    await meet({ do: 'unauthorized', revoke: true });
    expect([(await get()).status, (await get()).body['error']]).toEqual([401, 'invalid_token']);
  });
});

describe('traps', () => {
  it('lead to another host, by links and by redirects, and tell whether the token came along', async () => {
    const trap = await startTrap();
    await meet({ do: 'link-host', url: trap.url });
    const next = linkOf((await get('/groups/acme/projects?per_page=1')).headers, 'next') ?? '';
    expect(next.startsWith(trap.url)).toBe(true);
    await meet({ do: 'redirect', url: trap.url });
    const away = await get('/groups/acme/projects?per_page=1');
    expect([away.status, away.headers.get('location')]).toEqual([302, `${trap.url}/api/v4/groups/acme/projects?per_page=1`]);
    await fetch(next);
    expect(trap.gotToken(made.tokens.personal)).toBe(false);
    await rest(gitlab, next, made.tokens.personal);
    expect(trap.gotToken(made.tokens.personal)).toBe(true);
    await trap.close();
  });
});

describe('what moves between two pages', () => {
  const ids = async (page: number) => {
    const path = `/groups/acme/merge_requests?order_by=updated_at&sort=asc&per_page=4&page=${page}`;
    return ((await get(path)).body as unknown as { id: number }[]).map(({ id }) => id);
  };

  it('shows rows twice, or never', async () => {
    await start({});
    const [first, second] = [await ids(1), await ids(2)];
    gitlab.setFaults([{ effect: { do: 'slide', rows: 1 }, after: 1 }]);
    expect([await ids(1), (await ids(2))[0]]).toEqual([first, first[3]]);
    gitlab.setFaults([{ effect: { do: 'slide', rows: -1 }, after: 1 }]);
    expect([await ids(1), (await ids(2))[0]]).toEqual([first, second[1]]);
  });

  it('a merge request updated meanwhile goes to the end, and another one is missed', async () => {
    await start({});
    const [first, second] = [await ids(1), await ids(2)];
    const request = made.world.projects.flatMap((project: Project) => project.mergeRequests).find(({ id }) => id === first[0]) as MergeRequest;
    const before = request.updatedAt;
    gitlab.setFaults([{ effect: { do: 'change', change: () => void Object.assign(request, { updatedAt: '2030-01-01T00:00:00.000000Z' }) } }]);
    expect([await ids(1), (await ids(2))[0]]).toEqual([first, second[1]]);
    expect(gitlab.unmetFaults()).toEqual([]);
    request.updatedAt = before;
  });
});
