import { RequestError } from '@octokit/request-error';
import { Octokit } from '@octokit/rest';
import { HostRefusal } from '../../http/errors.ts';
import type { Gate } from '../../http/gate.ts';
import { type JsonResponse, sendRequest } from '../../http/send-request.ts';
import type { Bounds, Service } from '../../http/service.ts';
import { USER_AGENT } from '../../version.ts';
import type { Tokens } from './auth.ts';
import type { GitHubConnection } from './connection.ts';
import { gitHubFailure } from './failures.ts';
import { checkGraphqlErrors, queryName } from './graphql.ts';
import { applyGitHubRateLimits, type Lane } from './limits.ts';

interface ClientOptions {
  service: Service;
  connection: GitHubConnection;
  gate: Gate;
  bounds: Bounds;
  tokens: Tokens;
  laneOf(url: string): Lane;
}

/** What Octokit hands to its fetch. */
interface FetchInit {
  method: string;
  headers: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** An Octokit whose requests go through the gate, and whose errors are ours. It never gets the token, because its errors contain their request. */
export function clientOf(options: ClientOptions): Octokit {
  const fetch = (url: string, init: FetchInit) => send(options, url, init);
  const octokit = new Octokit({ baseUrl: options.connection.url, log: silent, request: { fetch, log: silent } });
  octokit.hook.error('request', (error) => {
    if (!(error instanceof RequestError)) throw error;
    // Octokit wraps what fetch throws.
    if (error.cause !== undefined) throw error.cause;
    if (error.status === 304 && error.response) return error.response;
    throw error;
  });
  return octokit;
}

async function send(options: ClientOptions, url: string, { method, headers, body, signal }: FetchInit): Promise<Response> {
  const { service, connection, gate, bounds, tokens } = options;
  const lane = options.laneOf(url);
  const { host } = new URL(service.url);
  const once = (token: string) =>
    sendRequest(
      {
        url,
        method,
        headers: { ...headers, 'user-agent': USER_AGENT, 'x-github-api-version': '2022-11-28', authorization: `Bearer ${token}` },
        ...(body !== undefined && { body }),
        ...(lane === 'graphql' && { safe: true, about: `query ${queryName(body)}` }),
        ...(signal && { signal }),
      },
      service,
      {
        pass: () => gate.pass(lane),
        inspect(answer, ticket) {
          applyGitHubRateLimits(gate, host, lane, answer, ticket);
          if (answer.status >= 400) throw gitHubFailure(answer, { service, method, url, lane, token, connection });
          if (lane === 'graphql' && answer.status === 200 && answer.json !== undefined) checkGraphqlErrors(answer.json, queryName(body), host, token);
        },
      },
      bounds,
    );
  // Checked first, so that no token is renewed in vain.
  gate.pass(lane);
  const token = await tokens.current();
  try {
    return responseOf(await once(token));
  } catch (error) {
    if (!(error instanceof HostRefusal && error.status === 401)) throw error;
    const another = await tokens.another(token);
    if (another === undefined) throw error;
    return responseOf(await once(another));
  }
}

/** As Octokit reads it: the body is JSON whatever its header says, and statuses without a body must not have one. */
function responseOf({ status, headers, body, json }: JsonResponse): Response {
  if (json === undefined) return new Response(null, { status, headers });
  const response = new Response(new Uint8Array(body), { status, headers });
  response.headers.set('content-type', 'application/json');
  return response;
}
