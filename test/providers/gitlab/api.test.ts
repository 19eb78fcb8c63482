import { inspect } from 'node:util';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BadToken, HostRefusal } from '../../../src/http/errors.ts';
import { BOUNDS } from '../../../src/http/service.ts';
import { FatalError, RateLimited, RetryableError } from '../../../src/model/errors.ts';
import { type GitLab, openGitLab } from '../../../src/providers/gitlab/api.ts';
import { failureWithout } from '../../support/failure.ts';
import { ONCE } from '../../support/forge/once.ts';
import { startTrap } from '../../support/forge/trap.ts';
import type { Effect } from '../../support/gitlab/effects.ts';
import { type MadeGitLabWorld, makeGitLabWorld } from '../../support/gitlab/make-world.ts';
import { type GitLab as FakeGitLab, type GitLabOptions, startGitLab } from '../../support/gitlab/server.ts';
import { tempFolder } from '../../support/temp.ts';

let made: MadeGitLabWorld;
let server: FakeGitLab;
beforeAll(() => {
  made = makeGitLabWorld({ folder: tempFolder(), projects: 3, mergeRequests: 6 });
});
afterEach(async () => {
  expect(server.violations()).toEqual([]);
  await server.close();
});

/** A token of each test's own: a gate stays closed for a token as long as the process lives. */
let count = 0;
async function start(options: GitLabOptions = {}, timeout = BOUNDS.timeout): Promise<{ gitlab: GitLab; token: string }> {
  server = await startGitLab(made.world, options);
  const pattern = made.world.tokens.find(({ value }) => value === made.tokens.personal);
  if (pattern === undefined) throw new Error('no such token');
  const token = `${made.tokens.personal}-${++count}`;
  made.world.tokens.push({ ...pattern, value: token });
  return { gitlab: openGitLab({ url: server.url, token, variable: 'GITLAB_TOKEN' }, { bounds: { ...ONCE, timeout } }), token };
}
// What never comes isn't waited for as long as an answer may take, and yet longer than a request may to arrive.
const meet = (effect: Effect) => start({ faults: [{ effect, times: Number.POSITIVE_INFINITY }] }, effect.do === 'hang' ? 10_000 : BOUNDS.timeout);
const list = (gitlab: GitLab) => gitlab.rest(new AbortController().signal).groups.allProjects('acme', { perPage: 2, maxPages: 1, showExpanded: true });

describe('a GitLab', () => {
  it('is asked with one request a page, and says where its clones are', async () => {
    const { gitlab, token } = await start({ path: '/gitlab' });
    expect((await list(gitlab)).data).toHaveLength(2);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]?.headers).toMatchObject({ authorization: `Bearer ${token}`, 'user-agent': expect.stringMatching(/^org-sync\//) });
    expect([gitlab.host, gitlab.url]).toEqual([`${new URL(server.url).host}/gitlab`, server.url]);
    expect(gitlab.credentials()).toEqual({ username: 'oauth2', password: token });
    expect(inspect(gitlab, { depth: 10, showHidden: true })).not.toContain(token);
  });

  it('lets a job clone with its own token, and somebody else with a deploy token', async () => {
    await start();
    const { job, deploy, personal } = made.tokens;
    expect(openGitLab({ url: server.url, token: job, variable: 'X' }).credentials()).toEqual({ username: 'gitlab-ci-token', password: job });
    const git = { username: 'gitlab+deploy-token-1', password: deploy };
    expect(openGitLab({ url: server.url, token: personal, git, variable: 'X' }).credentials()).toEqual(git);
  });

  it('tells plainly what a deploy token can not do, and what is not a token', async () => {
    await start();
    const open = (token: string) => () => openGitLab({ url: server.url, token, variable: 'GITLAB_TOKEN' });
    expect(open(made.tokens.deploy)).toThrow(/GITLAB_TOKEN is a deploy token/);
    expect(open('glpat-with space')).toThrow(/^(?!.*glpat)GITLAB_TOKEN is not a token/);
  });

  it('follows no link to another host', async () => {
    const trap = await startTrap();
    const { gitlab } = await meet({ do: 'link-host', url: trap.url });
    expect((await list(gitlab)).data).toHaveLength(2);
    expect(server.requests).toHaveLength(1);
    expect(trap.requests).toEqual([]);
    await trap.close();
  });
});

describe('a failure', () => {
  it.each<[string, Effect, new (...args: never[]) => Error, RegExp]>([
    ['a status of 502', { do: 'status', status: 502 }, RetryableError, /502/],
    ['a body that was cut', { do: 'cut', by: 'length' }, RetryableError, /connection/],
    ['a chunked body that was cut', { do: 'cut', by: 'chunked' }, RetryableError, /connection/],
    ['a connection that was reset', { do: 'reset' }, RetryableError, /connection/],
    ['no answer at all', { do: 'hang' }, RetryableError, /didn't answer/],
    ['a page in HTML', { do: 'html' }, Error, /no JSON/],
    ['JSON that is none', { do: 'not-json' }, Error, /no JSON/],
    ['a token that is refused', { do: 'unauthorized' }, BadToken, /GITLAB_TOKEN is not accepted/],
    ['a body of its own', { do: 'status', status: 400, body: { message: { name: ['is missing'] } } }, HostRefusal, /is missing/],
  ])('is told after one request, without the token: %s', async (_, effect, kind, message) => {
    const { gitlab, token } = await meet(effect);
    const error = await failureWithout([token], list(gitlab));
    expect(error).toBeInstanceOf(kind);
    expect((error as Error).message).toMatch(message);
    expect(server.requests).toHaveLength(1);
  });

  it('a redirect to another host is not followed', async () => {
    const trap = await startTrap();
    const { gitlab, token } = await meet({ do: 'redirect', url: trap.url });
    expect(await failureWithout([token], list(gitlab))).toSatisfy((error) => error instanceof FatalError || error instanceof RetryableError);
    expect(trap.requests).toEqual([]);
    await trap.close();
  });
});

describe('a rate limit', () => {
  it.each(['all', 'retry-after', 'reset', 'none'] as const)('is waited for without further requests, with headers: %s', async (headers) => {
    const before = Date.now();
    const { gitlab, token } = await meet({ do: 'rate-limit', seconds: 30, headers });
    const error = await failureWithout([token], list(gitlab));
    expect(error).toBeInstanceOf(RateLimited);
    const wait = (error as RateLimited).until.getTime() - before;
    expect(wait).toBeGreaterThanOrEqual(headers === 'none' ? 60_000 : 29_000);
    expect(await failureWithout([token], list(gitlab))).toBeInstanceOf(RateLimited);
    expect(server.requests).toHaveLength(1);
  });

  it('of one route, told in JSON, is one too', async () => {
    const { gitlab, token } = await meet({ do: 'endpoint-limit', seconds: 30 });
    expect(await failureWithout([token], list(gitlab))).toBeInstanceOf(RateLimited);
  });
});
