import { EnvHttpProxyAgent } from 'undici';
import { FatalError } from '../model/errors.ts';

let dispatcher: EnvHttpProxyAgent | undefined;

/**
 * The connections of this process; HTTP_PROXY, HTTPS_PROXY and NO_PROXY are heeded as they are at the first request.
 * HTTP/1.1 alone: how it tells a cut body is what the tests prove.
 * @throws FatalError where a proxy's address is none.
 */
export function httpDispatcher(): EnvHttpProxyAgent {
  try {
    dispatcher ??= new EnvHttpProxyAgent({ allowH2: false });
  } catch {
    // The error holds the address, which may hold a password.
    throw new FatalError('HTTP_PROXY or HTTPS_PROXY is no address of a proxy; write http://host:port');
  }
  return dispatcher;
}
