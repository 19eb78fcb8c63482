import { SECRET_FD } from '../../git/group.ts';
import { withoutSecret } from '../../http/secret.ts';

/** User name and password for git over HTTP. */
export interface Credentials {
  username: string;
  password: string;
}

/**
 * Settings that let git read the credentials from {@link SECRET_FD}, for the URL's host only: a proxy that asks for a
 * password must not get a token.
 * @see https://git-scm.com/docs/gitcredentials
 */
export function credentialSettings(url: string): string[] {
  const { origin } = new URL(url);
  return ['core.askPass=', 'credential.helper=', `credential.${origin}.helper=!f() { test "$1" != get || cat <&${SECRET_FD}; }; f`];
}

/** Removes a password from text that comes from outside, also in the form in which git sends it. */
export function withoutPassword(text: string, { username, password }: Credentials): string {
  return withoutSecret(withoutSecret(text, password), Buffer.from(`${username}:${password}`).toString('base64'));
}

/** Credentials in the format of a git credential helper. */
export function credentialText({ username, password }: Credentials): string {
  return `username=${username}\npassword=${password}\n`;
}
