import { FatalError, RetryableError } from '../model/errors.ts';
import { isVerified } from './known-hosts.ts';
import type { Service } from './service.ts';

/** No such host, or nothing listening: a wrong address, unless it was right before. */
const NOBODY_THERE = new Set(['ENOTFOUND', 'ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH']);

/**
 * Codes of OpenSSL and Node for a certificate that isn't trusted or is of another host.
 * @see https://nodejs.org/docs/latest-v24.x/api/tls.html#x509-certificate-error-codes
 */
const CERTIFICATE =
  /^(UNABLE_TO_|CERT_|CRL_|DEPTH_ZERO_SELF_SIGNED_CERT$|SELF_SIGNED_CERT_IN_CHAIN$|INVALID_CA$|INVALID_PURPOSE$|HOSTNAME_MISMATCH$|PATH_LENGTH_EXCEEDED$|ERR_TLS_CERT)/;

/**
 * Maps a failure below HTTP to an error. The cause isn't kept: it adds nothing to its code and message, and may contain
 * what was sent.
 */
export function networkError(error: unknown, url: string, service: Service): FatalError | RetryableError {
  const { host, protocol } = new URL(url);
  const { code, message } = innermost(error);
  const what = code === undefined || message.includes(code) ? message : [code, message].filter((part) => part !== '').join(': ');
  if (code !== undefined && CERTIFICATE.test(code)) {
    return new FatalError(
      `The certificate of ${host} isn't trusted (${what}). If it's your own authority's, name a PEM file with that authority's certificate in NODE_EXTRA_CA_CERTS.`,
    );
  }
  // undici's words, whether it asks the proxy for a tunnel or for the page itself.
  if (/^Proxy .*\(407\)/.test(message)) {
    return new FatalError(`The proxy wants a name and a password (${what}). Write them into HTTP_PROXY and HTTPS_PROXY: http://name:password@host:port`);
  }
  // https://fetch.spec.whatwg.org/#port-blocking
  if (message === 'bad port')
    return new FatalError(`${service.name} can't be at ${host}: HTTP isn't spoken on that port. Check ${service.urlVariable} (${service.url}).`);
  if (!isVerified(service.url)) {
    if (code !== undefined && NOBODY_THERE.has(code)) {
      return new FatalError(
        `${service.name} can't be reached at ${host} (${what}). Check ${service.urlVariable} (${service.url}): ${service.urlAdvice} Where a proxy is set, check HTTP_PROXY and HTTPS_PROXY too.`,
      );
    }
    if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG') {
      return new FatalError(`${host} doesn't speak TLS (${code}). Check ${service.urlVariable} (${service.url}): ${service.urlAdvice}`);
    }
  }
  return new RetryableError(`The connection to ${protocol}//${host} failed (${what}).`);
}

/** undici and fetch wrap what happened; the innermost error with a code says it. */
function innermost(error: unknown): { code: string | undefined; message: string } {
  let found: { code: string | undefined; message: string } = { code: undefined, message: error instanceof Error ? error.message : String(error) };
  for (let current = error; current instanceof Error; current = current.cause) {
    const { code } = current as { code?: unknown };
    // A time-out's code is a number.
    if (typeof code === 'string') found = { code, message: current.message };
    else if (found.code === undefined) found = { code: undefined, message: current.message };
  }
  return found;
}
