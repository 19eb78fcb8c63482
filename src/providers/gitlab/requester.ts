import { createRequesterFn } from '@gitbeaker/requester-utils';
import type { Gate } from '../../http/gate.ts';
import { sendRequest } from '../../http/send-request.ts';
import type { Bounds, Service } from '../../http/service.ts';
import { USER_AGENT } from '../../version.ts';
import { type GitLabConnection, tokenHeader } from './connection.ts';
import { gitLabFailure } from './failures.ts';
import { applyGitLabRateLimits, LANE } from './limits.ts';

interface RequesterOptions {
  service: Service;
  connection: GitLabConnection;
  gate: Gate;
  bounds: Bounds;
  signal: AbortSignal;
}

/**
 * How gitbeaker sends its requests: through the gate, to the connection's origin alone. Gitbeaker
 * never gets the token, because its errors contain their request, nor links to other pages, so that it never requests
 * more than one.
 */
export function requesterOf({ service, connection, gate, bounds, signal }: RequesterOptions) {
  const { host } = new URL(service.url);
  return createRequesterFn(
    async (_, request) => request,
    async (endpoint, { prefixUrl, searchParams } = {}) => {
      const url = `${String(prefixUrl).replace(/\/*$/, '/')}${endpoint}${searchParams === undefined ? '' : `?${searchParams}`}`;
      const answer = await sendRequest(
        { url, method: 'GET', headers: { accept: 'application/json', 'user-agent': USER_AGENT, ...tokenHeader(connection.token) }, signal },
        service,
        {
          pass: () => gate.pass(LANE),
          inspect(each, ticket) {
            applyGitLabRateLimits(gate, host, each, ticket);
            if (each.status >= 400) throw gitLabFailure(each, service, connection, url);
          },
        },
        bounds,
      );
      const next = answer.headers.get('x-next-page');
      return { body: answer.json as Record<string, unknown>, headers: next === null ? {} : { 'x-next-page': next }, status: answer.status };
    },
  );
}
