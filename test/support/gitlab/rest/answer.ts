import type { Answer, Exchange } from '../../forge/exchange.ts';
import { answerOf, Refusal } from '../../forge/refusal.ts';
import type { Caller } from '../access.ts';
import { hasScope } from '../access.ts';
import type { Effect } from '../effects.ts';
import { commonHeaders, type State } from '../state.ts';
import { type RestContext, refuse, refuseRequest } from './context.ts';
import { queryProblems, type Route } from './parameters.ts';
import { findRoute, ROUTES } from './routes.ts';

/** What the documentation has, and this server doesn't do. */
const UNDONE =
  /^(deployed_.*|environment|labels|milestone|my_reaction_emoji|approve[dr].*|assignee_.*|reviewer_.*|merge_user_.*|starred|owned|topic|topic_id|min_access_level|with_programming_language|regex|skip_groups|top_level_only|view|render_html|in|humans|page_token)$/;

/** Works out the answer of a request, and gives it the headers of every answer. */
export function answerRest(state: State, exchange: Exchange, caller: Caller, effect: Effect | undefined): Answer {
  const answer = answerOf(() => handle(state, exchange, caller, effect));
  return { ...answer, headers: { ...commonHeaders(state, caller), ...answer.headers } };
}

function handle(state: State, exchange: Exchange, caller: Caller, effect: Effect | undefined): Answer {
  const { world, urls } = state;
  const { record, search } = exchange;
  const found = findRoute(record.method, record.path);
  if (!found) {
    record.violations.push(`${record.method} ${record.path} is no route that the tests' server knows`);
    throw refuseRequest(404, '404 Not Found');
  }
  const { route, params } = found;
  if (exchange.body.length > 0) record.violations.push('a body');
  const problems = queryProblems(route, search, params);
  record.violations.push(...problems.overlooked, ...problems.refused);
  for (const name of search.keys()) if (UNDONE.test(name)) record.violations.push(`the tests' server doesn't do ${name}`);
  checkScope(route, caller);
  const iid = params['merge_request_iid'];
  if (iid !== undefined && !/^\d+$/.test(iid)) throw refuseRequest(400, 'merge_request_iid is invalid');
  if (problems.refused.length > 0) throw refuseRequest(400, problems.refused.join(', '));
  if (route === 'GET /job') return job(caller);
  const context: RestContext = {
    world,
    caller,
    urls,
    params,
    query: search,
    rawPath: record.path,
    linkUrl: effect?.do === 'link-host' ? effect.url : urls.api,
    slide: effect?.do === 'slide' ? effect.rows : 0,
  };
  return ROUTES[route](context);
}

/** @see https://docs.gitlab.com/user/profile/personal_access_tokens/#personal-access-token-scopes */
function checkScope(route: Route, caller: Caller): void {
  if (caller.type === 'anonymous' || caller.token.kind === 'job' || route === 'GET /personal_access_tokens/self') return;
  const scopes = ['api', 'read_api', ...(/^GET \/users?\b/.test(route) ? ['read_user'] : [])];
  if (hasScope(caller, ...scopes)) return;
  const body = {
    error: 'insufficient_scope',
    error_description: 'The request requires higher privileges than provided by the access token.',
    scope: scopes.join(' '),
  };
  throw new Refusal({ status: 403, headers: { 'content-type': 'application/json' }, body });
}

function job(caller: Caller): Answer {
  if (caller.type === 'anonymous' || caller.token.kind !== 'job') throw refuse(401, '401 Unauthorized');
  return { status: 200, body: { id: 1, status: 'running', stage: 'test', name: 'sync', ref: 'main', tag: false, allow_failure: false } };
}
