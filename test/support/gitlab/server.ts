import type { Answer, Exchange } from '../forge/exchange.ts';
import { FaultBook } from '../forge/faults.ts';
import { markLimited } from '../forge/limits.ts';
import { startServer } from '../forge/server.ts';
import { type TestedServer, testedServer } from '../forge/tested-server.ts';
import { ANONYMOUS, type Caller, callerOf, type Rejection } from './access.ts';
import { instead, spoil } from './effect-answers.ts';
import type { Effect, GitLabFault } from './effects.ts';
import { answerGit, isGit } from './git.ts';
import { answerRest } from './rest/answer.ts';
import { findRoute } from './rest/routes.ts';
import { htmlPage, limitAnswer, type State, unauthorized } from './state.ts';
import { type RateLimitOptions, Throttle } from './throttle.ts';
import type { World } from './world.ts';

export interface GitLabOptions {
  faults?: readonly GitLabFault[];
  /** None unless told. */
  rateLimit?: RateLimitOptions;
  /** PEM; HTTPS where given. */
  tls?: { key: string; cert: string };
  /** Where the instance is below its host: `/gitlab`; at its root unless told. */
  path?: string;
}

export interface GitLab extends TestedServer<Effect> {
  /** The instance, below which projects are cloned: `http://127.0.0.1:PORT`, with its path. */
  url: string;
  /** `…/api/v4` */
  apiUrl: string;
  world: World;
}

/** Starts a GitLab of the tests' own on the loopback interface. */
export async function startGitLab(world: World, { faults = [], rateLimit, tls, path = '' }: GitLabOptions = {}): Promise<GitLab> {
  const book = new FaultBook<Effect>();
  book.set(faults);
  const state: State = { world, throttle: new Throttle(rateLimit), faults: book, urls: { api: '', web: '' } };
  const server = await startServer({ tls, handle: (exchange) => handle(state, path, exchange) });
  state.urls = { api: `${server.url}${path}/api/v4`, web: `${server.url}${path}` };
  return {
    url: state.urls.web,
    apiUrl: state.urls.api,
    world,
    ...testedServer(server, book),
  };
}

async function handle(state: State, path: string, exchange: Exchange): Promise<Answer> {
  const { record, rawPath } = exchange;
  if (!rawPath.startsWith(`${path}/`)) return htmlPage(404);
  const below = rawPath.slice(path.length);
  if (below.startsWith('/api/v4/')) {
    Object.assign(record, { kind: 'rest', path: below.slice('/api/v4'.length) });
    return answerApi(state, exchange);
  }
  if (!isGit(below)) return htmlPage(404);
  Object.assign(record, { kind: 'git', path: below });
  return answerGit(state, exchange);
}

/**
 * Who sends a request of the API. A job's token is good for few routes, a deploy token for none of ours: elsewhere they
 * are overlooked, as GitLab does.
 * @see https://docs.gitlab.com/api/rest/authentication/
 */
function authenticate(world: World, { record, headers }: Exchange): Caller | Rejection {
  const text = (name: string): string | undefined => headers[name]?.toString();
  const bearer = /^bearer\s+(.*)$/i.exec(text('authorization') ?? '')?.[1];
  const [own, job] = [text('private-token'), text('job-token')];
  if ([bearer, own, job].filter((value) => value !== undefined).length > 1) record.violations.push('two tokens');
  const value = own ?? bearer ?? job;
  if (value === undefined) return ANONYMOUS;
  const caller = callerOf(world, value);
  if (typeof caller === 'string' || caller.type === 'anonymous') return caller;
  const { kind } = caller.token;
  if (kind === 'job') return job === undefined ? 'unknown' : record.path === '/job' ? caller : ANONYMOUS;
  const fits = own !== undefined ? kind !== 'oauth' && kind !== 'deploy' : bearer !== undefined && kind !== 'deploy';
  return fits ? caller : 'unknown';
}

/** Limits first, then faults, then the answer. */
async function answerApi(state: State, exchange: Exchange): Promise<Answer> {
  const { record } = exchange;
  const caller = authenticate(state.world, exchange);
  if (typeof caller === 'string') return unauthorized(state, caller);
  record.caller = caller.key;
  const route = findRoute(record.method, record.path)?.route ?? null;
  const limit = state.throttle.count(caller.key, route);
  if (limit) {
    markLimited(record, limit);
    return limitAnswer(state, caller, limit);
  }
  const effect = state.faults.due({ exchange, pageSize: Number(record.query['per_page'] ?? 20) });
  if (effect) record.fault = effect.do;
  return instead(state, exchange, caller, { resource: 'api', route }, effect) ?? spoil(state, answerRest(state, exchange, caller, effect), effect);
}
