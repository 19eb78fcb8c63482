import { SECRET_FD } from '../../git/group.ts';
import { withoutSecret } from '../../http/secret.ts';

/** What a code host lets git in with. */
export interface Credentials {
  username: string;
  password: string;
}

/**
 * Settings by which git gets the credentials from {@link SECRET_FD}, for the host of the URL alone: a proxy that
 * asks for a password mustn't get a token.
 * @see https://git-scm.com/docs/gitcredentials
 */
export function credentialSettings(url: string): string[] {
  const { origin } = new URL(url);
  return ['core.askPass=', 'credential.helper=', `credential.${origin}.helper=!f() { test "$1" != get || cat <&${SECRET_FD}; }; f`];
}

/** A text from outside without a password that it may repeat, also as git sends it. */
export function withoutPassword(text: string, { username, password }: Credentials): string {
  return withoutSecret(withoutSecret(text, password), Buffer.from(`${username}:${password}`).toString('base64'));
}

/** The answer of a helper. */
export function credentialText({ username, password }: Credentials): string {
  return `username=${username}\npassword=${password}\n`;
}
