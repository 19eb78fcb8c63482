import { FatalError, RetryableError } from '../model/errors.ts';
import { exchange, type HttpRequest, type HttpResponse } from './exchange.ts';
import type { Ticket } from './gate.ts';
import { readRetryAfter } from './headers.ts';
import { isVerified, markVerified } from './known-hosts.ts';
import { withRetries } from './retry.ts';
import { BOUNDS, type Bounds, type Service } from './service.ts';

/** A response with its body as JSON; undefined if the body is empty or not JSON. */
export interface JsonResponse extends HttpResponse {
  json: unknown;
}

/** Checks around each request. */
export interface Guard {
  /** @throws RateLimited if nothing may be sent now. */
  pass(): Ticket;
  /** Inspects every response, including redirects. @throws The error that the response means, unless it is a success. */
  inspect(answer: JsonResponse, ticket: Ticket): void;
}

const REDIRECTS = [301, 302, 307, 308];
const MAX_REDIRECTS = 5;

/**
 * Sends a request to a service and follows redirects within its origin: another host never gets the token. Transient
 * failures are retried, unless the request may change something.
 * @returns The successful response: JSON, or no body for status 204 and 304.
 * @throws What {@link exchange} and the guard throw; FatalError if the address isn't the service's.
 */
export async function sendRequest(request: HttpRequest, service: Service, guard: Guard, bounds: Bounds = BOUNDS): Promise<JsonResponse> {
  const once = () => sendOnce(request, service, guard, bounds);
  return request.method === 'GET' || request.safe === true ? withRetries(once, bounds, request.signal) : once();
}

async function sendOnce(request: HttpRequest, service: Service, guard: Guard, bounds: Bounds): Promise<JsonResponse> {
  const { origin } = new URL(service.url);
  let { url } = request;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    if (new URL(url).origin !== origin) {
      throw new FatalError(`${service.name} at ${service.url} leads to another host, ${new URL(url).origin}: the token isn't sent there.`);
    }
    const ticket = guard.pass();
    const whole = await exchange({ ...request, url }, service, bounds);
    const answer = { ...whole, json: parse(whole.body) };
    if (answer.json !== undefined && answer.status < 300) markVerified(url);
    guard.inspect(answer, ticket);
    if (answer.status === 304 || answer.status < 300) {
      if (answer.json === undefined && answer.status !== 304 && answer.status !== 204) throw unexpectedResponse(answer, service, 'no JSON');
      return answer;
    }
    url = target(answer, request.method, service);
  }
  throw new FatalError(`${service.name} redirects ${request.method} ${new URL(request.url).pathname} in a circle.`);
}

function target(answer: HttpResponse, method: string, service: Service): string {
  const location = URL.parse(answer.headers.get('location') ?? '', answer.url);
  if (!location || !REDIRECTS.includes(answer.status)) throw unexpectedResponse(answer, service, `status ${answer.status}`);
  if (location.origin !== new URL(service.url).origin) throw unexpectedResponse(answer, service, `a redirect to ${location.origin}`);
  if (method !== 'GET') throw unexpectedResponse(answer, service, `a redirect of a ${method} request`);
  return location.href;
}

/** The error for a response that isn't the service's: a wrong address, or, if it was right before, a proxy or a failure behind it. */
export function unexpectedResponse(answer: HttpResponse, service: Service, what: string): FatalError | RetryableError {
  const { origin, pathname } = new URL(answer.url);
  if (isVerified(service.url)) return new RetryableError(`${service.name} at ${origin} answered ${pathname} with ${what}.`);
  return new FatalError(
    `${origin} answered ${pathname} with ${what}, so ${service.name}'s API isn't there, or a proxy answers in its place. Check ${service.urlVariable} (${service.url}): ${service.urlAdvice}`,
  );
}

/** The error for a service that is unavailable, with the time from `Retry-After`. @param what Its response, as a sentence without the full stop. */
export function serviceFailure({ headers, at }: HttpResponse, what: string): RetryableError {
  const until = readRetryAfter(headers, at);
  return new RetryableError(`${what}.`, until === undefined ? {} : { retryAt: new Date(until) });
}

/** Advice to check the address after a refusal; '' if the address has proved right. */
export function addressAdvice({ url, urlVariable, urlAdvice }: Service): string {
  return isVerified(url) ? '' : ` Also check ${urlVariable} (${url}): ${urlAdvice}`;
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
