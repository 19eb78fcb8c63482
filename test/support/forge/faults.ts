import type { Exchange, Kind } from './exchange.ts';

/** Which requests a fault is for; what isn't named matches all. */
export interface FaultMatch {
  kind?: Kind;
  method?: string;
  /** Against {@link RequestRecord.path}. */
  path?: RegExp;
  /** Name of the GraphQL operation. */
  operation?: string | RegExp;
  /** Against query string and body, so against the text and the variables of a GraphQL request. */
  text?: RegExp;
  /** More rows asked for than this: `per_page`, or `first` / `last` of the outermost connections. */
  pageSizeOver?: number;
}

/** A fault as data. It meets `times` requests after having let `after` matching ones through, or every `every`-th of them. */
export interface Fault<Effect> {
  match?: FaultMatch;
  /** 0 unless told. */
  after?: number;
  /** 1 unless told; `Infinity` for ever. */
  times?: number;
  /** Of the matching requests beyond `after`, only each `every`-th one; 1 unless told. */
  every?: number;
  effect: Effect;
}

/** What a request is, as far as faults can tell. */
export interface FaultSubject {
  exchange: Exchange;
  pageSize: number;
}

/** Counts the requests that faults match, and says which one is due. */
export class FaultBook<Effect> {
  #entries: { fault: Fault<Effect>; seen: number; met: number }[] = [];

  set(faults: readonly Fault<Effect>[]): void {
    this.#entries = faults.map((fault) => ({ fault, seen: 0, met: 0 }));
  }

  /** The first fault that is due; all that match count the request. */
  due(subject: FaultSubject): Effect | undefined {
    let due: Effect | undefined;
    for (const entry of this.#entries) {
      const { fault } = entry;
      if (!matches(fault.match ?? {}, subject)) continue;
      const turn = entry.seen++ - (fault.after ?? 0);
      if (due !== undefined || turn < 0 || turn % (fault.every ?? 1) !== 0 || entry.met >= (fault.times ?? 1)) continue;
      entry.met++;
      due = fault.effect;
    }
    return due;
  }

  /** Faults that have met fewer requests than they were made for, those for ever left out. */
  unmet(): Fault<Effect>[] {
    return this.#entries.filter(({ fault, met }) => met < (fault.times === Number.POSITIVE_INFINITY ? 1 : (fault.times ?? 1))).map(({ fault }) => fault);
  }
}

function matches(match: FaultMatch, { exchange, pageSize }: FaultSubject): boolean {
  const { record } = exchange;
  if (match.kind !== undefined && match.kind !== record.kind) return false;
  if (match.method !== undefined && match.method !== record.method) return false;
  if (match.path && !match.path.test(record.path)) return false;
  if (typeof match.operation === 'string' && match.operation !== record.operation) return false;
  if (match.operation instanceof RegExp && !match.operation.test(record.operation ?? '')) return false;
  if (match.text && !match.text.test(`${exchange.search} ${exchange.body}`)) return false;
  return match.pageSizeOver === undefined || pageSize > match.pageSizeOver;
}
