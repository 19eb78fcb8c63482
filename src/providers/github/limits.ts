import type { Gate, Ticket } from '../../http/gate.ts';
import { readReset, readRetryAfter } from '../../http/headers.ts';
import type { JsonResponse } from '../../http/send-request.ts';
import { graphqlProblems, messageOf } from './body.ts';

/** APIs with rate limits of their own; `app` is for an App's requests for installation tokens. */
export type Lane = 'rest' | 'graphql' | 'app';

const LANES: readonly Lane[] = ['rest', 'graphql', 'app'];
const NAMES: Record<Lane, string> = { rest: 'REST', graphql: 'GraphQL', app: 'Apps' };

/** Messages about limits on all requests of a token or user; after too many invalid tokens, valid ones are refused too, for a while. */
const SECONDARY = /secondary rate limit|abuse detection|maximum number of login attempts/i;

/**
 * Closes the gate if a response reports a rate limit, also one that this response has just used up.
 * @throws RateLimited if the response is a refusal because of one.
 * @see https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#handle-rate-limit-errors-appropriately
 * @see https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
 */
export function applyGitHubRateLimits(gate: Gate, host: string, lane: Lane, answer: JsonResponse, ticket: Ticket): void {
  const { status, headers, at } = answer;
  // Its headers describe an anonymous client.
  if (status === 401) return;
  const spent = headers.get('x-ratelimit-remaining') === '0';
  const after = readRetryAfter(headers, at);
  const problems = lane === 'graphql' && status === 200 ? graphqlProblems(answer.json) : [];
  const overGraphql = problems.find(({ type }) => type === 'RATE_LIMITED' || type === 'RATE_LIMIT');
  const said = overGraphql?.message ?? messageOf(answer.json);
  const saysSecondary = SECONDARY.test(said);
  const refused =
    overGraphql !== undefined || status === 429 || (status === 403 && (spent || after !== undefined || saysSecondary || /rate limit exceeded/i.test(said)));
  const secondary = refused && (saysSecondary || (!spent && (after !== undefined || overGraphql === undefined)));
  const until = readReset(headers, 'x-ratelimit-reset', at);
  // A limit that has already ended would cause the same refusal again at once.
  const soonest = Date.now() + 1_000;
  if (secondary) {
    gate.close(LANES, Math.max(soonest, after ?? gate.backOff(ticket)), `GitHub's secondary rate limit holds at ${host}, for all its APIs`);
  }
  if (refused && !secondary) {
    gate.close([lane], Math.max(soonest, until ?? after ?? gate.backOff(ticket)), primary(host, lane));
  } else if (spent && until !== undefined) {
    gate.close([lane], until, primary(host, lane));
  }
  if (refused) gate.pass(lane);
  else if (status < 500) gate.answered(ticket);
}

const primary = (host: string, lane: Lane) => `GitHub's primary rate limit of ${NAMES[lane]} at ${host} is used up`;
