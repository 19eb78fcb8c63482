import { example } from '../openapi.ts';
import type { Handler } from './context.ts';
import { APP_ROUTES } from './routes-apps.ts';
import { OWNER_ROUTES } from './routes-owners.ts';
import { REPOSITORY_ROUTES } from './routes-repositories.ts';

/** By method and path as GitHub's description writes them. `/rate_limit` is the server's, which knows the budgets. */
export const ROUTES: Record<string, Handler> = {
  ...OWNER_ROUTES,
  ...REPOSITORY_ROUTES,
  ...APP_ROUTES,

  'GET /meta': ({ world }) => ({
    status: 200,
    body: { verifiable_password_authentication: true, ...(world.enterpriseVersion !== null && { installed_version: world.enterpriseVersion }) },
  }),

  'GET /': ({ urls }) => ({
    status: 200,
    body: JSON.parse(JSON.stringify(example('root') ?? { current_user_url: '/user' }).replaceAll('https://api.github.com', urls.api)),
  }),
};
