import type { Answer, Exchange } from '../forge/exchange.ts';
import { inSeconds, markLimited } from '../forge/limits.ts';
import { spoilTransport, withoutAnswer } from '../forge/transport.ts';
import type { Caller } from './access.ts';
import type { Effect } from './effects.ts';
import { commonHeaders, htmlPage, limitAnswer, type State, unauthorized } from './state.ts';

/** What a request asks for, as far as limits can tell. */
export interface Place {
  resource: 'api' | 'git';
  route: string | null;
}

/** The answer of an effect that keeps a request from being worked on; undefined where it is. */
export function instead(state: State, exchange: Exchange, caller: Caller, { resource, route }: Place, effect: Effect | undefined): Answer | undefined {
  switch (effect?.do) {
    case 'rate-limit':
    case 'endpoint-limit': {
      const whole = effect.do === 'rate-limit';
      const limit = state.throttle.start(caller.key, {
        resource,
        route: whole ? null : (route ?? exchange.record.path),
        until: inSeconds(effect.seconds),
        headers: whole ? (effect.headers ?? 'all') : effect.retryAfter ? 'retry-after' : 'none',
      });
      markLimited(exchange.record, limit);
      return limitAnswer(state, caller, limit);
    }
    case 'status': {
      const page = htmlPage(effect.status);
      const type = effect.body === undefined ? page.headers : commonHeaders(state, caller);
      return { ...page, headers: { ...type, ...effect.headers }, body: effect.body ?? page.body };
    }
    case 'html':
      return htmlPage(200);
    case 'not-json':
      return { status: 200, headers: commonHeaders(state, caller), body: 'upstream connect error or disconnect/reset before headers' };
    case 'redirect': {
      const query = exchange.search.size > 0 ? `?${exchange.search}` : '';
      return { status: 302, headers: { 'content-type': 'text/html', location: `${effect.url}${exchange.rawPath}${query}` }, body: '' };
    }
    case 'unauthorized':
      if (effect.revoke && caller.type === 'token') caller.token.revoked = true;
      return unauthorized(state, effect.revoke ? 'revoked' : 'unknown');
    default:
      return withoutAnswer(effect);
  }
}

/** The answer of an effect that spoils one which was worked out. */
export function spoil(state: State, answer: Answer, effect: Effect | undefined): Answer {
  if (effect?.do === 'change') effect.change(state.world);
  return spoilTransport(answer, effect);
}
