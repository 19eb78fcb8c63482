import { randomBytes } from 'node:crypto';
import { example } from '../openapi.ts';
import { type App, type Installation, timeOf, type World } from '../world.ts';
import { type Handler, notFound, type RestContext, refuse } from './context.ts';
import { page } from './paging.ts';
import { userShape } from './shapes.ts';

const PERMISSIONS = { contents: 'read', metadata: 'read', pull_requests: 'read' };

function appOf({ caller }: RestContext): App {
  if (caller.type !== 'app') throw refuse(401, 'A JSON web token could not be decoded');
  return caller.app;
}

function installationShape({ world, urls }: RestContext, app: App, installation: Installation): unknown {
  const base = (example('base-installation-items') as Record<string, unknown>[])[0];
  const account = userShape(world, urls, installation.account);
  return {
    ...base,
    id: installation.id,
    account,
    app_id: app.id,
    app_slug: app.slug,
    target_id: account?.['id'],
    target_type: account?.['type'],
    access_tokens_url: `${urls.api}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${urls.api}/installation/repositories`,
    html_url: `${urls.web}/organizations/${installation.account}/settings/installations/${installation.id}`,
    repository_selection: installation.repositories === 'all' ? 'all' : 'selected',
    permissions: PERMISSIONS,
    events: [],
    created_at: '2024-01-01T00:00:00Z',
    updated_at: '2024-01-01T00:00:00Z',
    single_file_name: null,
    suspended_at: installation.suspended ? '2024-02-01T00:00:00Z' : null,
    suspended_by: null,
  };
}

function installationOf(context: RestContext, fits: (installation: Installation) => boolean): Installation {
  const installation = appOf(context).installations.find(fits);
  if (!installation) throw notFound();
  return installation;
}

const byAccount = (account: string | undefined) => (installation: Installation) => installation.account.toLowerCase() === account?.toLowerCase();

const single =
  (parameter: string): Handler =>
  (context) => ({
    status: 200,
    body: installationShape(context, appOf(context), installationOf(context, byAccount(context.params[parameter]))),
  });

/** Makes a token of an installation that lives for an hour. */
export function issueToken(world: World, installation: Installation, repositories: 'all' | number[] = 'all', seconds = 3_600) {
  const token = {
    value: `ghs_${randomBytes(18).toString('hex')}`,
    kind: 'installation' as const,
    login: null,
    scopes: [],
    privateRepositories: repositories,
    expiresAt: Math.floor(Date.now() / 1_000 + seconds) * 1_000,
    revoked: false,
    ssoRequired: [],
    installation: installation.id,
  };
  world.tokens.push(token);
  return token;
}

export const APP_ROUTES: Record<string, Handler> = {
  'GET /app': (context) => {
    const app = appOf(context);
    return {
      status: 200,
      body: {
        ...(example('integration') as object),
        id: app.id,
        slug: app.slug,
        name: app.name,
        owner: userShape(context.world, context.urls, app.owner),
        permissions: PERMISSIONS,
        installations_count: app.installations.length,
      },
    };
  },

  'GET /app/installations': (context) => {
    const app = appOf(context);
    return page(context, app.installations, (installation) => installationShape(context, app, installation));
  },

  'GET /app/installations/{installation_id}': (context) => ({
    status: 200,
    body: installationShape(
      context,
      appOf(context),
      installationOf(context, ({ id }) => String(id) === context.params['installation_id']),
    ),
  }),

  'GET /orgs/{org}/installation': single('org'),
  'GET /users/{username}/installation': single('username'),

  'POST /app/installations/{installation_id}/access_tokens': (context) => {
    const installation = installationOf(context, ({ id }) => String(id) === context.params['installation_id']);
    if (installation.suspended) throw refuse(403, 'This installation has been suspended');
    const asked = (context.body ?? {}) as { repository_ids?: number[]; repositories?: string[] };
    const named = context.world.repositories.filter((repository) => byAccount(repository.owner)(installation) && asked.repositories?.includes(repository.name));
    const ids = asked.repository_ids ?? (asked.repositories ? named.map(({ id }) => id) : 'all');
    const token = issueToken(context.world, installation, ids);
    const selection = installation.repositories === 'all' && ids === 'all' ? 'all' : 'selected';
    const body = { token: token.value, expires_at: timeOf(token.expiresAt), permissions: PERMISSIONS, repository_selection: selection };
    return { status: 201, body };
  },
};
