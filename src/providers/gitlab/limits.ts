import type { Gate, Ticket } from '../../http/gate.ts';
import { readReset, readRetryAfter } from '../../http/headers.ts';
import type { JsonResponse } from '../../http/send-request.ts';

/** GitLab counts some requests apart from others and doesn't say which, so a limit closes them all. */
export const LANE = 'api';

/**
 * Closes the gate if a response reports a rate limit, also one that this response has just used up. Refusals by the
 * application's own limits have no header: then the gate's backoff applies.
 * @throws RateLimited if the response is a refusal.
 * @see https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/#response-headers
 * @see https://docs.gitlab.com/security/rate_limits/
 */
export function applyGitLabRateLimits(gate: Gate, host: string, answer: JsonResponse, ticket: Ticket): void {
  const { status, headers, at } = answer;
  const reset = readReset(headers, 'ratelimit-reset', at);
  const reason = `GitLab's rate limit at ${host} is used up`;
  if (status === 429) {
    // A limit that has already ended would cause the same refusal again at once.
    gate.close([LANE], Math.max(Date.now() + 1_000, readRetryAfter(headers, at) ?? reset ?? gate.backOff(ticket)), reason);
    gate.pass(LANE);
  }
  if (headers.get('ratelimit-remaining') === '0' && reset !== undefined) gate.close([LANE], reset, reason);
  if (status < 500) gate.answered(ticket);
}
