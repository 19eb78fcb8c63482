import { fetch } from 'undici';
import { FatalError, RetryableError } from '../model/errors.ts';
import { httpDispatcher } from './dispatcher.ts';
import { AnswerTooLarge } from './errors.ts';
import { networkError } from './network-errors.ts';
import { BOUNDS, type Bounds, type Service } from './service.ts';

export interface HttpRequest {
  url: string;
  method: string;
  headers: Record<string, string>;
  body?: string;
  /** Set for a POST that changes nothing, such as a GraphQL query: it may be retried. */
  safe?: true;
  /** What the request is about, for messages, if its path doesn't say. */
  about?: string;
  signal?: AbortSignal;
}

/** An answer with its whole body. */
export interface HttpResponse {
  url: string;
  status: number;
  headers: Headers;
  body: Buffer;
  /** When its headers came, in milliseconds since 1970. */
  at: number;
}

/**
 * Sends one request once and reads the whole response; follows no redirects.
 * @throws RetryableError if the connection fails, the timeout passes, or the body ends early.
 * @throws FatalError if a retry can't help, as with an untrusted certificate.
 * @throws The signal's reason once it is aborted.
 */
export async function exchange(request: HttpRequest, service: Service, { timeout, maxBytes }: Bounds = BOUNDS): Promise<HttpResponse> {
  const { url, method, headers, body, about, signal } = request;
  const asked = `${method} ${new URL(url).pathname}${about === undefined ? '' : ` (${about})`}`;
  signal?.throwIfAborted();
  const dispatcher = httpDispatcher();
  const late = AbortSignal.timeout(timeout);
  try {
    const response = await fetch(url, {
      method,
      headers,
      ...(body !== undefined && { body }),
      redirect: 'manual',
      signal: signal ? AbortSignal.any([signal, late]) : late,
      dispatcher,
    });
    const at = Date.now();
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      size += chunk.byteLength;
      if (size > maxBytes) throw new AnswerTooLarge(`${new URL(url).host} answered ${asked} with more than ${maxBytes} bytes.`);
      chunks.push(chunk);
    }
    return { url, status: response.status, headers: new Headers([...response.headers]), body: Buffer.concat(chunks), at };
  } catch (error) {
    if (error instanceof FatalError) throw error;
    if (signal?.aborted) throw signal.reason;
    if (late.aborted) throw new RetryableError(`${new URL(url).host} didn't answer ${asked} within ${timeout / 1_000} s.`);
    throw networkError(error, url, service);
  }
}
