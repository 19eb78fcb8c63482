import { inSeconds, type Moment } from '../forge/limits.ts';
import type { LimitHeaders } from './effects.ts';

export interface RateLimitOptions {
  /** Requests in a window. */
  requests: number;
  /** 60 unless told. */
  windowSeconds?: number;
  /** Whether every answer says how much of it is used, as gitlab.com's do; on other instances only a 429 does. */
  everyAnswer?: boolean;
}

/** A limit that a caller was told of, or is about to be. */
export interface ActiveLimit {
  /** The API, or git over HTTP. */
  resource: 'api' | 'git';
  /** Of one route only; null for all. */
  route: string | null;
  /** Milliseconds since 1970. */
  until: number;
  headers: LimitHeaders;
  /** When the first answer about it was out. */
  toldAt: Moment | null;
}

interface Window {
  observed: number;
  resetAt: number;
}

/** Counts requests by caller: all tokens of a user share a window. */
export class Throttle {
  readonly #options: RateLimitOptions | undefined;
  readonly #windows = new Map<string, Window>();
  readonly #active = new Map<string, ActiveLimit[]>();

  constructor(options: RateLimitOptions | undefined) {
    this.#options = options;
  }

  /** Counts a request of the API; the limit it falls under, if any. */
  count(caller: string, route: string | null): ActiveLimit | undefined {
    const window = this.#window(caller);
    window.observed++;
    const known = this.active(caller, 'api', route);
    if (known || !this.#options || window.observed <= this.#options.requests) return known;
    return this.start(caller, { resource: 'api', route: null, until: window.resetAt, headers: 'all' });
  }

  active(caller: string, resource: ActiveLimit['resource'], route: string | null): ActiveLimit | undefined {
    const limits = (this.#active.get(caller) ?? []).filter(({ until }) => until > Date.now());
    this.#active.set(caller, limits);
    return limits.find((limit) => limit.resource === resource && (limit.route === null || limit.route === route));
  }

  start(caller: string, limit: Omit<ActiveLimit, 'toldAt'>): ActiveLimit {
    const active = { ...limit, toldAt: null };
    this.#active.set(caller, [...(this.#active.get(caller) ?? []), active]);
    return active;
  }

  /** Headers of an answer that isn't a 429. */
  headers(caller: string): Record<string, string> {
    const { observed, resetAt } = this.#window(caller);
    return this.#options?.everyAnswer ? this.#rateHeaders(observed, resetAt) : {};
  }

  /** Headers of a 429: whoever is told of a limit has used it up, even where a fault made it. */
  headersOf(caller: string, { until }: ActiveLimit): Record<string, string> {
    return this.#rateHeaders(Math.max(this.#window(caller).observed, this.#limit + 1), until);
  }

  /** @see https://docs.gitlab.com/administration/settings/user_and_ip_rate_limits/#response-headers */
  #rateHeaders(observed: number, until: number): Record<string, string> {
    return {
      'ratelimit-name': 'throttle_authenticated_api',
      'ratelimit-limit': String(this.#limit),
      'ratelimit-observed': String(observed),
      'ratelimit-remaining': String(Math.max(0, this.#limit - observed)),
      'ratelimit-reset': String(Math.floor(until / 1_000)),
      'ratelimit-resettime': new Date(until).toUTCString(),
    };
  }

  get #limit(): number {
    return this.#options?.requests ?? 2_000;
  }

  #window(caller: string): Window {
    const known = this.#windows.get(caller);
    if (known && known.resetAt > Date.now()) return known;
    const window = { observed: 0, resetAt: inSeconds(this.#options?.windowSeconds ?? 60) };
    this.#windows.set(caller, window);
    return window;
  }
}
