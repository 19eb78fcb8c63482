import { TooMuch } from '../../http/errors.ts';
import { withoutSecret } from '../../http/secret.ts';
import { clip } from '../../model/clip.ts';
import { RetryableError } from '../../model/errors.ts';
import { field, graphqlProblems } from './body.ts';
import { GraphqlRefusal } from './errors.ts';

/** Name of the query that the body of a request holds; '?' where it has none. */
export function queryName(body: string | undefined): string {
  return /"query":"\s*query\s+(\w+)/.exec(body ?? '')?.[1] ?? '?';
}

/** Problems that a retry doesn't fix. */
const FATAL = new Set(['NOT_FOUND', 'FORBIDDEN', 'INSUFFICIENT_SCOPES']);

/** GitHub's messages about queries that took over ten seconds. */
const TOO_LONG = /^Something went wrong while executing your query|\btime(d )?out\b|respond to your request in time/i;

/**
 * Checks a GraphQL response with status 200 for errors of the whole request. Errors of parts, beside data, are left to the
 * caller.
 * @param query Name of the query, for messages.
 * @throws TooMuch if less should be requested, also beside data: GitHub then omits what would have cost too much.
 * @throws GraphqlRefusal if trying again doesn't help, else RetryableError.
 * @see https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
 */
export function checkGraphqlErrors(json: unknown, query: string, host: string, token: string): void {
  const problems = graphqlProblems(json);
  const data = field(json, 'data') ?? null;
  if (problems.length === 0 && data !== null) return;
  const said = clip(withoutSecret([...new Set(problems.map(({ message }) => message))].join('; '), token), 500);
  if (problems.some(({ type, message }) => type === 'RESOURCE_LIMITS_EXCEEDED' || TOO_LONG.test(message))) {
    throw new TooMuch(`The GraphQL query ${query} took ${host} too much: ${said}`);
  }
  if (data !== null) return;
  const types = problems.flatMap(({ type }) => type ?? []);
  const what = `GraphQL at ${host} refused the query ${query}: ${said || 'it gave no data and no reason'}`;
  if (types.some((type) => FATAL.has(type))) throw new GraphqlRefusal(`${what}. Check the name, and what the token may read.`, types);
  // Errors that point into the query are about the query itself, whatever type they carry.
  // https://spec.graphql.org/October2021/#sec-Errors.Request-errors
  if (problems.length > 0 && problems.every((problem) => field(problem, 'locations') !== undefined)) {
    throw new GraphqlRefusal(`${what}. Is this GitHub too old?`, types);
  }
  throw new RetryableError(what);
}
