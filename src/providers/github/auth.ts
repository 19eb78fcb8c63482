import { createPrivateKey } from 'node:crypto';
import { createAppAuth } from '@octokit/auth-app';
import { checkToken } from '../../http/secret.ts';
import { FatalError } from '../../model/errors.ts';
import type { AppAuth, GitHubConnection } from './connection.ts';

/** Installation tokens last an hour; one that expires within this time is replaced, so that requests that start with it can finish. */
const MARGIN = 10 * 60_000;

/** Gives tokens to send requests with. */
export interface Tokens {
  /** A token that is valid now. */
  current(): Promise<string>;
  /** Another token after this one was rejected; undefined if there is none. */
  another(refused: string): Promise<string | undefined>;
}

/** What GitHub counts a connection's requests by. */
export function identityOf({ url, auth }: GitHubConnection): string[] {
  const { host } = new URL(url);
  return auth.kind === 'app' ? [host, 'app', auth.appId, String(auth.installationId)] : [host, 'token', auth.token];
}

/** Asks GitHub for a token of an App's installation, with a JSON web token of the App. */
export type AskForToken = (jwt: string, installationId: number) => Promise<{ token: string; expires_at: string }>;

/**
 * Tokens of a connection: the one it has, or an App's.
 * @throws FatalError if the token or key is invalid.
 */
export function tokensOf({ auth, variable }: GitHubConnection, ask: AskForToken): Tokens {
  if (auth.kind === 'app') return installationTokens(auth, variable, ask);
  checkToken(auth.token, variable);
  return { current: async () => auth.token, another: async () => undefined };
}

/**
 * Of `@octokit/auth-app` this uses the App's JSON web tokens alone: requests for installation tokens that it has under
 * way it finds by the installation's number, so two hosts with the same number would get each other's token.
 */
function installationTokens(auth: AppAuth, variable: string, ask: AskForToken): Tokens {
  const privateKey = checkedKey(auth.privateKey, variable);
  const app = createAppAuth({ appId: auth.appId, privateKey });
  let token = '';
  let ends = 0;
  let renewing: Promise<string> | undefined;
  async function renew(): Promise<string> {
    const answer = await ask((await app({ type: 'app' })).token, auth.installationId);
    checkToken(answer.token, "the App's token from GitHub");
    token = answer.token;
    ends = Date.parse(answer.expires_at);
    return token;
  }
  function renewed(): Promise<string> {
    renewing ??= renew().finally(() => {
      renewing = undefined;
    });
    return renewing;
  }
  return {
    current: async () => (ends - MARGIN > Date.now() ? token : renewed()),
    another: async (refused) => (refused === token ? renewed() : token),
  };
}

function checkedKey(text: string, variable: string): string {
  const pem = text.replaceAll('\\n', '\n');
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'rsa') return key.export({ type: 'pkcs8', format: 'pem' }).toString();
  } catch {
    // What OpenSSL says about it doesn't help; the message below does.
  }
  throw new FatalError(
    `${variable} is no private key of a GitHub App: it has to be the whole PEM file that GitHub gave you, from -----BEGIN RSA PRIVATE KEY----- to -----END RSA PRIVATE KEY-----.`,
  );
}
