import type { IncomingHttpHeaders } from 'node:http';

/** What a request asks: JSON over REST, a GraphQL document, git's smart HTTP, or anything else. */
export type Kind = 'rest' | 'graphql' | 'git' | 'other';

/** A request as it is kept in the log; the fields after `headers` are filled in while it is answered. */
export interface RequestRecord {
  kind: Kind;
  method: string;
  /** Below the root of its API, percent-encoded: `/orgs/acme/repos`, `/graphql`, `/acme/app.git/info/refs`. Numbers that stand for names are turned back into names. */
  path: string;
  query: Record<string, string>;
  headers: Record<string, string>;
  /** Parsed where it is JSON. */
  body?: unknown;
  /** When it arrived, in milliseconds since 1970. */
  at: number;
  /** Null until it is answered, and for ever where no answer was sent. */
  status: number | null;
  /** Name of the GraphQL operation. */
  operation?: string;
  /** What it took from the primary limit. */
  points?: number;
  /** Whose limits it counted against. */
  caller?: string;
  /** The fault that it met. */
  fault?: string;
  /** It was answered with a rate limit. */
  limited?: true;
  /** It was sent although its sender had been told of a limit. */
  whileLimited?: true;
  /** Milliseconds that this process was awake since the sender was told, where {@link whileLimited}. */
  limitedFor?: number;
  /** What the provider's own description of its API doesn't allow. */
  violations: string[];
}

/** A request with its body read. */
export interface Exchange {
  method: string;
  /** As sent, without the query. */
  rawPath: string;
  search: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** Decompressed. */
  body: Buffer;
  record: RequestRecord;
}

/** How the bytes of an answer go out. Cuts end in the middle of the body, with the status and headers of a sound answer. */
export type Delivery = 'whole' | 'reset' | 'reset-in-body' | 'cut-length' | 'cut-chunked' | 'hang';

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  /** Text and bytes go out as they are, everything else as JSON; none where undefined. */
  body?: unknown;
  delivery?: Delivery;
  /** Milliseconds before the first byte. */
  delay?: number;
  /** Called when the last byte is out. */
  sent?: () => void;
}
