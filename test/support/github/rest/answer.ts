import type { Answer, Exchange } from '../../forge/exchange.ts';
import { answerOf } from '../../forge/refusal.ts';
import type { Caller } from '../access.ts';
import type { Effect } from '../effects.ts';
import { findOperation, requestViolations } from '../openapi.ts';
import { commonHeaders, etagOf, type State } from '../state.ts';
import { findOwner, findRepository, fullName, type World } from '../world.ts';
import { notFound, type RestContext, refuse } from './context.ts';
import { ROUTES } from './routes.ts';

/** GitHub's Link headers and redirects have numbers for names; this gives the names back. */
export function canonicalPath(world: World, path: string): string {
  const [, kind, id, rest = ''] = /^\/(repositories|organizations|user)\/(\d+)(\/.*)?$/.exec(path) ?? [];
  if (kind === 'repositories') {
    const repository = world.repositories.find((candidate) => String(candidate.id) === id);
    return repository ? `/repos/${fullName(repository)}${rest}` : path;
  }
  const owner = world.owners.find((candidate) => String(candidate.id) === id);
  if (!owner) return path;
  return `/${kind === 'organizations' ? 'orgs' : 'users'}/${owner.login}${rest}`;
}

function numberedPath(world: World, path: string): string {
  const [, owner = '', name = '', rest = ''] = /^\/repos\/([^/]+)\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  const repository = owner && findRepository(world, decodeURIComponent(owner), decodeURIComponent(name))?.repository;
  if (repository) return `/repositories/${repository.id}${rest}`;
  const [, kind, login = ''] = /^\/(orgs|users)\/([^/]+)\/repos$/.exec(path) ?? [];
  const found = kind && findOwner(world, decodeURIComponent(login));
  return found ? `/${kind === 'orgs' ? 'organizations' : 'user'}/${found.id}/repos` : path;
}

/** Works out the answer of a REST request, charges for it, and gives it the headers of every answer. */
export function answerRest(state: State, exchange: Exchange, caller: Caller, effect: Effect | undefined): Answer {
  const { record, headers } = exchange;
  let answer = answerOf(() => (record.path === '/rate_limit' ? rateLimit(state, caller) : route(state, exchange, caller, effect)));
  if (answer.status === 200 && record.method === 'GET') {
    const etag = etagOf(answer.body, headers.authorization);
    answer.headers = { ...answer.headers, etag, 'cache-control': 'private, max-age=60, s-maxage=60', vary: 'Accept, Authorization, Cookie' };
    const known = headers['if-none-match']?.split(/,\s*/).map((tag) => tag.replace(/^(?:W\/)?/, 'W/'));
    if (known?.includes(etag)) answer = { status: 304, headers: answer.headers };
  }
  // What hasn't changed is free for those who say who they are.
  const free = record.path === '/rate_limit' || (answer.status === 304 && caller.type !== 'anonymous');
  record.points = free ? 0 : 1;
  if (!free) state.limits.charge(caller.key, 'core', 1);
  return { ...answer, headers: { ...commonHeaders(state, caller, 'core'), ...answer.headers } };
}

function route(state: State, exchange: Exchange, caller: Caller, effect: Effect | undefined): Answer {
  const { world, urls } = state;
  const { record, headers, search } = exchange;
  const version = headers['x-github-api-version'];
  if (version !== undefined && version !== '2022-11-28') {
    record.violations.push(`API version ${version}`);
    throw refuse(400, 'An unsupported API version was specified.');
  }
  const operation = findOperation(record.method, record.path);
  if (!operation) {
    record.violations.push(`${record.method} ${record.path} is no operation of the API`);
    throw notFound();
  }
  const { template, params } = operation;
  const problems = requestViolations(record.method, template, { params, query: record.query, body: record.body });
  record.violations.push(...problems);
  if (problems.length > 0) throw refuse(422, 'Validation Failed', { errors: problems });
  const handler = ROUTES[`${record.method} ${template}`];
  if (!handler) {
    record.violations.push(`the tests' server doesn't do ${record.method} ${template}`);
    throw refuse(501, 'Not Implemented');
  }
  const context: RestContext = {
    world,
    caller,
    urls,
    params,
    query: search,
    body: record.body,
    linkPath: numberedPath(world, record.path),
    linkUrl: effect?.do === 'link-host' ? effect.url : urls.api,
    slide: effect?.do === 'slide' ? effect.rows : 0,
  };
  return handler(context);
}

/** @see https://docs.github.com/en/rest/rate-limit/rate-limit */
function rateLimit({ limits }: State, caller: Caller): Answer {
  const resources = Object.fromEntries(
    (['core', 'graphql'] as const).map((resource) => {
      const { limit, used, resetAt } = limits.budget(caller.key, resource);
      return [resource, { limit, used, remaining: limit - used, reset: resetAt / 1_000 }];
    }),
  );
  const search = { limit: 30, used: 0, remaining: 30, reset: Math.ceil(Date.now() / 1_000) + 60 };
  return { status: 200, body: { resources: { ...resources, search }, rate: resources['core'] } };
}
