import type { RequestRecord } from './exchange.ts';
import type { Fault, FaultBook } from './faults.ts';
import type { LoopbackServer } from './server.ts';

/** What tests ask of a code host of their own. */
export interface TestedServer<Effect> {
  /** All requests since the start, or since someone emptied it. */
  requests: RequestRecord[];
  /** In place of those before; their counts begin anew. */
  setFaults(faults: readonly Fault<Effect>[]): void;
  /** Faults that haven't met as many requests as they were made for. */
  unmetFaults(): Fault<Effect>[];
  /** All that requests did which the host's own description of its API doesn't allow, and all that this server couldn't answer. */
  violations(): string[];
  close(): Promise<void>;
}

export function testedServer<Effect>({ requests, close }: LoopbackServer, book: FaultBook<Effect>): TestedServer<Effect> {
  return {
    requests,
    setFaults: (faults) => book.set(faults),
    unmetFaults: () => book.unmet(),
    violations: () => requests.flatMap(({ method, path, violations }) => violations.map((violation) => `${method} ${path}: ${violation}`)),
    close,
  };
}
