import { inSeconds, type Moment } from '../forge/limits.ts';

/** A primary limit: `core` for REST, `graphql` in points. */
export type Resource = 'core' | 'graphql';

export interface RateLimitOptions {
  /** Requests an hour; 5,000 unless told. */
  core?: number;
  /** Points an hour; 5,000 unless told. */
  graphql?: number;
  /** Length of the window; 3,600 unless told. */
  windowSeconds?: number;
}

export interface Budget {
  limit: number;
  used: number;
  /** Milliseconds since 1970, whole seconds. */
  resetAt: number;
}

/** A limit that a caller was told of, or is about to be. */
export interface ActiveLimit {
  kind: 'primary' | 'secondary';
  /** Primary ones are of one resource, secondary ones of all. */
  resource: Resource | 'all';
  until: number;
  status: number;
  retryAfter: boolean;
  /** Of the error, where the status is 200. */
  type: string;
  /** When the first answer about it was out. */
  toldAt: Moment | null;
}

/** Budgets and limits by caller: tokens of one user share them, and so do those of one installation. */
export class Limits {
  readonly #options: RateLimitOptions;
  readonly #budgets = new Map<string, Budget>();
  readonly #active = new Map<string, ActiveLimit[]>();

  constructor(options: RateLimitOptions) {
    this.#options = options;
  }

  budget(caller: string, resource: Resource): Budget {
    const key = `${caller} ${resource}`;
    const known = this.#budgets.get(key);
    if (known && known.resetAt > Date.now()) return known;
    const limit = caller === 'anonymous' ? 60 : (this.#options[resource] ?? 5_000);
    const budget = { limit, used: 0, resetAt: inSeconds(this.#options.windowSeconds ?? 3_600) };
    this.#budgets.set(key, budget);
    return budget;
  }

  /** Takes points; false where there are none left. */
  charge(caller: string, resource: Resource, points: number): boolean {
    const budget = this.budget(caller, resource);
    if (budget.used >= budget.limit) return false;
    budget.used = Math.min(budget.limit, budget.used + points);
    return true;
  }

  /** The limit that a request falls under now. */
  active(caller: string, resource: Resource): ActiveLimit | undefined {
    const limits = (this.#active.get(caller) ?? []).filter((limit) => limit.until > Date.now());
    this.#active.set(caller, limits);
    return limits.find((limit) => limit.resource === 'all' || limit.resource === resource);
  }

  start(caller: string, limit: Omit<ActiveLimit, 'toldAt'>): ActiveLimit {
    const active = { ...limit, toldAt: null };
    this.#active.set(caller, [...(this.#active.get(caller) ?? []), active]);
    if (limit.resource !== 'all') {
      const budget = this.budget(caller, limit.resource);
      budget.used = budget.limit;
      budget.resetAt = limit.until;
    }
    return active;
  }
}
