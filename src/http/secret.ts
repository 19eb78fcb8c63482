import { FatalError } from '../model/errors.ts';

/**
 * Makes sure that a token can be sent in a header. What sends it would quote it in its error.
 * @param variable Where it comes from, for the message.
 * @throws FatalError
 */
export function checkToken(token: string, variable: string): void {
  if (/^[\x21-\x7e]+$/.test(token)) return;
  throw new FatalError(
    token === '' ? `${variable} is empty; set it to a token.` : `${variable} is no token: it has spaces, line breaks or other characters that no token has.`,
  );
}

/** A text from outside without a secret that it may repeat, as it is or as in an address. */
export function withoutSecret(text: string, secret: string): string {
  return text.replaceAll(secret, '[token]').replaceAll(encodeURIComponent(secret), '[token]');
}
