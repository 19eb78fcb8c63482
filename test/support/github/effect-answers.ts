import type { Answer, Exchange } from '../forge/exchange.ts';
import { inSeconds } from '../forge/limits.ts';
import { spoilTransport, withoutAnswer } from '../forge/transport.ts';
import type { Caller } from './access.ts';
import { breakPull } from './broken-pull.ts';
import type { Effect } from './effects.ts';
import { exceedResources } from './graphql/execute.ts';
import type { Resource } from './limits.ts';
import { badCredentials, commonHeaders, htmlPage, limitAnswer, type State } from './state.ts';

/** The answer of an effect that keeps a request from being worked on; undefined where it is. */
export function instead(state: State, exchange: Exchange, caller: Caller, resource: Resource, effect: Effect | undefined): Answer | undefined {
  const charge = () => state.limits.charge(caller.key, resource, exchange.record.points ?? 1);
  switch (effect?.do) {
    case 'primary-limit':
    case 'secondary-limit': {
      const primary = effect.do === 'primary-limit';
      const limit = state.limits.start(caller.key, {
        kind: primary ? 'primary' : 'secondary',
        resource: primary ? resource : 'all',
        // A reset is told in whole seconds since 1970, a Retry-After in seconds from now.
        until: primary ? inSeconds(effect.seconds) : Date.now() + effect.seconds * 1_000,
        status: effect.status ?? (primary && resource === 'graphql' ? 200 : 403),
        retryAfter: effect.do === 'secondary-limit' && effect.retryAfter !== false,
        type: (effect.do === 'primary-limit' && effect.type) || 'RATE_LIMITED',
      });
      exchange.record.limited = true;
      return limitAnswer(state, caller, resource, limit);
    }
    case 'status': {
      charge();
      const page = htmlPage(effect.status);
      return { ...page, headers: { ...page.headers, ...effect.headers }, body: effect.body ?? page.body };
    }
    case 'graphql-error':
      charge();
      return {
        status: 200,
        headers: commonHeaders(state, caller, resource),
        body: {
          data: null,
          errors: [
            { ...(effect.type !== undefined && { type: effect.type }), ...(effect.locations && { locations: effect.locations }), message: effect.message },
          ],
        },
      };
    case 'html':
      return htmlPage(200);
    case 'not-json':
      return { status: 200, headers: commonHeaders(state, caller, resource), body: 'upstream connect error or disconnect/reset before headers' };
    case 'unauthorized':
      if (effect.revoke && caller.type === 'token') caller.token.revoked = true;
      return badCredentials(state, resource);
    default:
      return withoutAnswer(effect);
  }
}

/** The answer of an effect that spoils one which was worked out. */
export function spoil(state: State, answer: Answer, effect: Effect | undefined): Answer {
  switch (effect?.do) {
    case 'resource-limits':
      return { ...answer, body: exceedResources(answer.body as Record<string, unknown>) };
    case 'broken-pull':
      return breakPull(answer, effect);
    case 'change':
      effect.change(state.world);
      return answer;
    default:
      return spoilTransport(answer, effect);
  }
}
