import type { Octokit } from '@octokit/rest';
import { AnswerTooLarge, TooMuch } from '../../http/errors.ts';
import { gateOf } from '../../http/gate.ts';
import { BOUNDS, type Bounds, type Service } from '../../http/service.ts';
import { identityOf, tokensOf } from './auth.ts';
import type { GraphqlProblem } from './body.ts';
import { clientOf } from './client.ts';
import { type GitHubConnection, graphqlUrl, webHost, webUrl } from './connection.ts';

export type { GitHubConnection, GraphqlProblem };

/**
 * One GitHub, asked with one connection; every call is one HTTP request, which is retried after a transient failure, or
 * none while a rate limit applies. Calls throw FatalError (HostRefusal with the status, if GitHub answered), RetryableError
 * ({@link TooMuch} among them), RateLimited, or the reason of their signal.
 */
export interface GitHub {
  /** Host of web pages and clones: 'github.com', 'ghe.example.com' (with a port where the URL has one). */
  readonly host: string;
  /** Below which these are, without a slash at its end. */
  readonly url: string;
  /**
   * REST, as Octokit types it; answers are whole and JSON. Where `if-none-match` was sent and nothing has changed, the
   * answer has status 304 and no data.
   */
  readonly rest: Octokit;
  /** One GraphQL request. `data` may be partial: `errors` come along unless they are of the whole request. */
  graphql<T>(query: string, variables: Record<string, unknown>, signal: AbortSignal): Promise<{ data: T; errors: GraphqlProblem[] }>;
  /** The token for git over HTTP, fresh enough for a request now. */
  token(): Promise<string>;
  /** Another token after this one was rejected; undefined if there is none. */
  anotherToken(refused: string): Promise<string | undefined>;
}

/**
 * @param deps.bounds Of each request; {@link BOUNDS} unless told.
 * @throws FatalError if the token or key is invalid.
 */
export function openGitHub(connection: GitHubConnection, { bounds = BOUNDS }: { bounds?: Bounds } = {}): GitHub {
  const service: Service = {
    name: 'GitHub',
    url: connection.url,
    urlVariable: 'GITHUB_URL',
    urlAdvice: "it has to be the API's address, https://api.github.com or https://<host>/api/v3.",
  };
  const gate = gateOf(...identityOf(connection));
  const shared = { service, connection, gate, bounds };
  const tokens = tokensOf(connection, async (jwt, installation_id) => {
    const app = clientOf({ ...shared, laneOf: () => 'app', tokens: { current: async () => jwt, another: async () => undefined } });
    return (await app.apps.createInstallationAccessToken({ installation_id })).data;
  });
  const graphql = graphqlUrl(connection.url);
  const rest = clientOf({ ...shared, laneOf: (url) => (url === graphql ? 'graphql' : 'rest'), tokens });
  return {
    host: webHost(connection.url),
    url: webUrl(connection.url),
    rest,
    token: tokens.current,
    anotherToken: tokens.another,
    async graphql<T>(query: string, variables: Record<string, unknown>, signal: AbortSignal) {
      try {
        return { data: await rest.graphql<T>(query, { ...variables, request: { signal } }), errors: [] };
      } catch (error) {
        // The caller may ask for less; if it can't, the cause shows that a retry doesn't help.
        if (error instanceof AnswerTooLarge) throw new TooMuch(error.message, { cause: error });
        if (!isPartial(error)) throw error;
        return { data: error.data as T, errors: error.errors };
      }
    },
  };
}

/** Octokit throws an error that contains partial data. */
function isPartial(error: unknown): error is Error & { data: unknown; errors: GraphqlProblem[] } {
  return error instanceof Error && error.name === 'GraphqlResponseError';
}
