import { RETRIES, type RetryOptions } from './retry.ts';

/** A service that is asked over HTTP, and what people call it and its settings. */
export interface Service {
  /** 'GitHub' */
  name: string;
  /** Address of its API; nothing is sent to another origin. */
  url: string;
  /** Variable that {@link url} comes from: 'GITHUB_URL'. */
  urlVariable: string;
  /** What that should look like, as a sentence. */
  urlAdvice: string;
}

/** Bounds of one request: of each exchange, and of how often it is repeated. */
export interface Bounds extends RetryOptions {
  /** Milliseconds from the first byte out to the last one in. */
  timeout: number;
  /** Of a body, decompressed. */
  maxBytes: number;
}

export const BOUNDS: Bounds = { timeout: 60_000, maxBytes: 64 * 1024 * 1024, ...RETRIES };
