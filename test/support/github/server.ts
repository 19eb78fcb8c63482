import type { Answer, Exchange } from '../forge/exchange.ts';
import { FaultBook } from '../forge/faults.ts';
import { markLimited } from '../forge/limits.ts';
import { startServer } from '../forge/server.ts';
import { type TestedServer, testedServer } from '../forge/tested-server.ts';
import { authenticate, type Caller } from './access.ts';
import { instead, spoil } from './effect-answers.ts';
import type { Effect, GitHubFault } from './effects.ts';
import { answerGit, isGit } from './git.ts';
import { answerGraphql } from './graphql/answer.ts';
import { type Prepared, prepare } from './graphql/execute.ts';
import { Limits, type RateLimitOptions, type Resource } from './limits.ts';
import { answerRest, canonicalPath } from './rest/answer.ts';
import { badCredentials, commonHeaders, htmlPage, limitAnswer, type State } from './state.ts';
import type { World } from './world.ts';

export interface GitHubOptions {
  faults?: readonly GitHubFault[];
  rateLimit?: RateLimitOptions;
  /** PEM; HTTPS where given. */
  tls?: { key: string; cert: string };
}

export interface GitHub extends TestedServer<Effect> {
  /** `http://127.0.0.1:PORT/api/v3`, as of an Enterprise Server; GraphQL is at `/api/graphql`. */
  apiUrl: string;
  graphqlUrl: string;
  /** `http://127.0.0.1:PORT`, below which repositories are cloned: `/<owner>/<name>.git`. */
  webUrl: string;
  world: World;
}

/** Starts a GitHub of the tests' own on the loopback interface. */
export async function startGitHub(world: World, { faults = [], rateLimit = {}, tls }: GitHubOptions = {}): Promise<GitHub> {
  const book = new FaultBook<Effect>();
  book.set(faults);
  const state: State = { world, limits: new Limits(rateLimit), faults: book, urls: { api: '', web: '' } };
  const server = await startServer({ tls, handle: (exchange) => handle(state, exchange) });
  state.urls = { api: `${server.url}/api/v3`, web: server.url };
  return {
    apiUrl: state.urls.api,
    graphqlUrl: `${server.url}/api/graphql`,
    webUrl: server.url,
    world,
    ...testedServer(server, book),
  };
}

async function handle(state: State, exchange: Exchange): Promise<Answer> {
  const { record, rawPath } = exchange;
  if (rawPath === '/api/graphql') {
    Object.assign(record, { kind: 'graphql', path: '/graphql' });
    return answerApi(state, exchange, 'graphql');
  }
  if (rawPath === '/api/v3' || rawPath.startsWith('/api/v3/')) {
    Object.assign(record, { kind: 'rest', path: canonicalPath(state.world, rawPath.slice('/api/v3'.length) || '/') });
    return answerApi(state, exchange, 'core');
  }
  if (!isGit(rawPath)) return htmlPage(404);
  record.kind = 'git';
  return answerGit(state, exchange);
}

async function answerApi(state: State, exchange: Exchange, resource: Resource): Promise<Answer> {
  const { record, headers } = exchange;
  // https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api#user-agent
  if (!headers['user-agent']) {
    record.violations.push('no User-Agent');
    const message = 'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.';
    return { status: 403, headers: { 'content-type': 'text/html' }, body: message };
  }
  if (exchange.body.length > 0) {
    try {
      record.body = JSON.parse(exchange.body.toString());
    } catch {
      record.violations.push('a body that is no JSON');
      return { status: 400, headers: commonHeaders(state, null, resource), body: { message: 'Problems parsing JSON' } };
    }
  }
  const caller = authenticate(state.world, headers.authorization);
  if (typeof caller === 'string') return badCredentials(state, resource, caller);
  record.caller = caller.key;
  if (resource === 'graphql') return answerGraphqlRequest(state, exchange, caller);
  const exempt = record.path === '/rate_limit';
  const pageSize = Number(record.query['per_page'] ?? 30);
  return within(state, exchange, caller, resource, { pageSize, exempt }, async (effect) => answerRest(state, exchange, caller, effect));
}

async function answerGraphqlRequest(state: State, exchange: Exchange, caller: Caller): Promise<Answer> {
  const { record } = exchange;
  if (record.method !== 'POST') return { status: 404, headers: commonHeaders(state, caller, 'graphql'), body: { message: 'Not Found' } };
  if (caller.type === 'anonymous') return badCredentials(state, 'graphql', 'This endpoint requires you to be authenticated.');
  const prepared: Prepared = prepare(record.body, caller);
  if (!prepared.errors) {
    record.points = prepared.cost.points;
    const name = prepared.operationName ?? operationName(prepared);
    if (name !== undefined) record.operation = name;
  }
  const pageSize = prepared.errors ? 0 : prepared.cost.pageSize;
  return within(state, exchange, caller, 'graphql', { pageSize, exempt: false }, () => answerGraphql(state, exchange, caller, prepared));
}

const operationName = ({ document }: Extract<Prepared, { errors?: undefined }>): string | undefined => {
  for (const definition of document.definitions) if (definition.kind === 'OperationDefinition') return definition.name?.value;
  return undefined;
};

/** Limits first, then faults, then the answer. */
async function within(
  state: State,
  exchange: Exchange,
  caller: Caller,
  resource: Resource,
  { pageSize, exempt }: { pageSize: number; exempt: boolean },
  answer: (effect: Effect | undefined) => Promise<Answer>,
): Promise<Answer> {
  const { record } = exchange;
  const { limits } = state;
  const active = limits.active(caller.key, resource);
  if (active && !(exempt && active.kind === 'primary')) {
    markLimited(record, active);
    return limitAnswer(state, caller, resource, active);
  }
  const budget = limits.budget(caller.key, resource);
  if (!exempt && budget.used >= budget.limit) {
    const status = resource === 'graphql' ? 200 : 403;
    const limit = limits.start(caller.key, { kind: 'primary', resource, until: budget.resetAt, status, retryAfter: false, type: 'RATE_LIMITED' });
    record.limited = true;
    return limitAnswer(state, caller, resource, limit);
  }
  const effect = state.faults.due({ exchange, pageSize });
  if (effect) record.fault = effect.do;
  return instead(state, exchange, caller, resource, effect) ?? spoil(state, await answer(effect), effect);
}
