import type { Gate, Ticket } from '../../http/gate.ts';
import { readReset, readRetryAfter } from '../../http/headers.ts';
import type { JsonResponse } from '../../http/send-request.ts';

/** GitLab counts some requests apart from others and doesn't say which, so a limit closes them all. */
export const LANE = 'api';

/**
 * Closes the gate where an answer tells of a limit, also one that was reached with this answer. Refusals of the
 * application's own limits come without any header: these wait as long as the gate thinks fit.
 * @throws RateLimited where the answer is a refusal.
 * @see https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/#response-headers
 * @see https://docs.gitlab.com/security/rate_limits/
 */
export function applyGitLabRateLimits(gate: Gate, host: string, answer: JsonResponse, ticket: Ticket): void {
  const { status, headers, at } = answer;
  const reset = readReset(headers, 'ratelimit-reset', at);
  const reason = `GitLab's rate limit at ${host} is used up`;
  if (status === 429) {
    // A limit that ends before it is told of would have the same request refused again at once.
    gate.close([LANE], Math.max(Date.now() + 1_000, readRetryAfter(headers, at) ?? reset ?? gate.backOff(ticket)), reason);
    gate.pass(LANE);
  }
  if (headers.get('ratelimit-remaining') === '0' && reset !== undefined) gate.close([LANE], reset, reason);
  if (status < 500) gate.answered(ticket);
}
