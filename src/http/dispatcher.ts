import { EnvHttpProxyAgent } from 'undici';
import { FatalError } from '../model/errors.ts';

let dispatcher: EnvHttpProxyAgent | undefined;

/**
 * The connections of this process; HTTP_PROXY, HTTPS_PROXY and NO_PROXY are read at the first request.
 * Only HTTP/1.1 is used: tests prove that a truncated body is detected there.
 * @throws FatalError if a proxy's address is invalid.
 */
export function httpDispatcher(): EnvHttpProxyAgent {
  try {
    dispatcher ??= new EnvHttpProxyAgent({ allowH2: false });
  } catch {
    // The error holds the address, which may hold a password.
    throw new FatalError('HTTP_PROXY or HTTPS_PROXY is not the address of a proxy; write http://host:port');
  }
  return dispatcher;
}
