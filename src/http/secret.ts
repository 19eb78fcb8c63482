import { FatalError } from '../model/errors.ts';

/**
 * Checks that a token can be sent in a header: the HTTP client would quote an invalid one in its error.
 * @param variable The variable that it comes from, for the message.
 * @throws FatalError
 */
export function checkToken(token: string, variable: string): void {
  if (/^[\x21-\x7e]+$/.test(token)) return;
  throw new FatalError(
    token === ''
      ? `${variable} is empty; set it to a token.`
      : `${variable} is not a token: it contains spaces, line breaks or other characters that no token has.`,
  );
}

/** Removes a secret from text that comes from outside, also in its URL-encoded form. */
export function withoutSecret(text: string, secret: string): string {
  return text.replaceAll(secret, '[token]').replaceAll(encodeURIComponent(secret), '[token]');
}
