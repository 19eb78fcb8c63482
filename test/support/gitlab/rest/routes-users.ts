import { shownTime } from '../world.ts';
import { type Handler, type RestContext, refuse } from './context.ts';
import { page } from './paging.ts';
import { listProjects } from './routes-projects.ts';
import { fullUserShape, userShape } from './shapes.ts';

function signedIn({ caller }: RestContext) {
  if (caller.type === 'anonymous' || !caller.user) throw refuse(401, '401 Unauthorized');
  return { user: caller.user, token: caller.token };
}

const version: Handler = (context) => {
  signedIn(context);
  const { version: number } = context.world;
  return { status: 200, body: { version: number, revision: '0123456789a', kas: { enabled: false, externalUrl: null, version: null }, enterprise: true } };
};

export const USER_ROUTES = {
  'GET /version': version,
  'GET /metadata': version,

  'GET /user': (context) => ({ status: 200, body: fullUserShape(context, signedIn(context).user) }),

  'GET /personal_access_tokens/self': (context) => {
    const { user, token } = signedIn(context);
    if (token.kind === 'oauth') throw refuse(400, '400 Bad request - This endpoint requires token type to be a personal access token');
    const id = context.world.tokens.indexOf(token) + 1;
    const { revoked, scopes, expiresAt, createdAt } = token;
    const more = { active: !revoked, created_at: shownTime(createdAt), expires_at: expiresAt, last_used_at: null };
    return { status: 200, body: { id, name: 'sync', revoked, description: null, scopes, user_id: user.id, ...more } };
  },

  // Without a search it is one user or none; names are compared in any case.
  'GET /users': (context) => {
    const { query, world, caller } = context;
    const name = query.get('username')?.toLowerCase();
    if (caller.type === 'anonymous' && name === undefined) throw refuse(403, '403 Forbidden - Not authorized to access /api/v4/users');
    const found = world.users.filter(({ username }) => name === undefined || username.toLowerCase() === name);
    return page(context, found, (user) => userShape(context, user.id));
  },

  'GET /users/:user_id/projects': (context) => {
    const { world, params } = context;
    const asked = (params['user_id'] ?? '').toLowerCase();
    const user = world.users.find(({ id, username }) => String(id) === asked || username.toLowerCase() === asked);
    if (!user) throw refuse(404, '404 User Not Found');
    return listProjects(
      context,
      world.projects.filter(({ namespace }) => namespace.kind === 'user' && namespace.id === user.id),
    );
  },
} satisfies Record<string, Handler>;
