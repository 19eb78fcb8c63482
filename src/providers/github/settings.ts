import { z } from 'zod';
import { InvalidInput } from '../../model/errors.ts';
import { checkApiUrl } from '../hosted/api-url.ts';
import type { Variables } from '../hosted/provider.ts';
import { optionalVariable } from '../provider.ts';
import type { GitHubConnection } from './connection.ts';

const DEFAULT_URL = 'https://api.github.com';
const URL_ADVICE = 'write https://api.github.com, or https://<host>/api/v3 for an Enterprise Server';

export const gitHubEnvironment = {
  GITHUB_TOKEN: optionalVariable,
  GITHUB_URL: optionalVariable,
  GITHUB_APP_ID: optionalVariable,
  GITHUB_APP_PRIVATE_KEY: optionalVariable,
  GITHUB_APP_INSTALLATION_ID: optionalVariable,
};

/** An entry of ORG_SYNC_CONNECTIONS. */
export const gitHubEntry = z
  .strictObject({
    provider: z.literal('github'),
    url: z.string().optional(),
    token: z.string().optional(),
    app: z.strictObject({ id: z.coerce.string(), privateKey: z.string(), installationId: z.coerce.string() }).optional(),
  })
  .refine(({ token, app }) => (token === undefined) !== (app === undefined), "must have either 'token' or 'app'");

/** @throws InvalidInput */
export function gitHubConnectionFromEnvironment(variables: Variables<typeof gitHubEnvironment>): GitHubConnection | undefined {
  const { GITHUB_TOKEN, GITHUB_URL, GITHUB_APP_ID, GITHUB_APP_PRIVATE_KEY, GITHUB_APP_INSTALLATION_ID } = variables;
  const url = checkApiUrl(GITHUB_URL ?? DEFAULT_URL, 'GITHUB_URL', URL_ADVICE);
  const app = { GITHUB_APP_ID, GITHUB_APP_PRIVATE_KEY, GITHUB_APP_INSTALLATION_ID };
  const missing = Object.entries(app).flatMap(([name, value]) => (value === undefined ? [name] : []));
  if (missing.length === 3) return GITHUB_TOKEN === undefined ? undefined : { url, auth: { kind: 'token', token: GITHUB_TOKEN }, variable: 'GITHUB_TOKEN' };
  if (missing.length > 0) throw new InvalidInput([`${missing.join(' and ')}: not set, while other GITHUB_APP_* variables are; a GitHub App needs all three`]);
  const auth = appAuth(GITHUB_APP_ID ?? '', GITHUB_APP_PRIVATE_KEY ?? '', GITHUB_APP_INSTALLATION_ID ?? '', 'GITHUB_APP_INSTALLATION_ID');
  return { url, auth, variable: 'GITHUB_APP_PRIVATE_KEY' };
}

/** @throws InvalidInput */
export function gitHubConnectionFromEntry({ url, token, app }: z.infer<typeof gitHubEntry>, where: string): GitHubConnection {
  return {
    url: checkApiUrl(url ?? DEFAULT_URL, `${where}: url`, URL_ADVICE),
    auth: app === undefined ? { kind: 'token', token: token ?? '' } : appAuth(app.id, app.privateKey, app.installationId, where),
    variable: where,
  };
}

function appAuth(appId: string, privateKey: string, installation: string, where: string): GitHubConnection['auth'] {
  const installationId = Number(installation);
  if (!Number.isSafeInteger(installationId) || installationId < 1) {
    // A long value may be a secret that was set under the wrong name.
    throw new InvalidInput([`${where}: the installation's id must be a number${installation.length > 20 ? '' : `, not '${installation}'`}`]);
  }
  return { kind: 'app', appId, privateKey, installationId };
}
