import { RETRIES, type RetryOptions } from './retry.ts';

/** A service that is reached over HTTP, with the names of the service and its settings for messages. */
export interface Service {
  /** 'GitHub' */
  name: string;
  /** Address of its API; nothing is sent to another origin. */
  url: string;
  /** Variable that {@link url} comes from: 'GITHUB_URL'. */
  urlVariable: string;
  /** What the address should look like, as a sentence. */
  urlAdvice: string;
}

/** Limits of one request: of each exchange and of its retries. */
export interface Bounds extends RetryOptions {
  /** Milliseconds from the first byte sent to the last byte received. */
  timeout: number;
  /** Of a body, decompressed. */
  maxBytes: number;
}

export const BOUNDS: Bounds = { timeout: 60_000, maxBytes: 64 * 1024 * 1024, ...RETRIES };
