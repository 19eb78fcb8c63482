import type { Handler } from './context.ts';
import type { Route } from './parameters.ts';
import { PARAMETERS } from './parameters.ts';
import { GROUP_ROUTES } from './routes-groups.ts';
import { MERGE_REQUEST_ROUTES } from './routes-merge-requests.ts';
import { PROJECT_ROUTES } from './routes-projects.ts';
import { USER_ROUTES } from './routes-users.ts';

/** By method and path as GitLab's documentation writes them. */
export const ROUTES: Record<Exclude<Route, 'GET /job'>, Handler> = { ...GROUP_ROUTES, ...PROJECT_ROUTES, ...MERGE_REQUEST_ROUTES, ...USER_ROUTES };

const PATTERNS = (Object.keys(PARAMETERS) as Route[]).map((route) => {
  const names = [...route.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  return { route, names, form: new RegExp(`^${route.replaceAll(/:\w+/g, '([^/]+)')}$`) };
});

/** The route of a request, and what its path says; a namespace's path is one part of it only where its slashes are encoded. */
export function findRoute(method: string, path: string): { route: Route; params: Record<string, string> } | undefined {
  for (const { route, names, form } of PATTERNS) {
    const match = form.exec(`${method === 'HEAD' ? 'GET' : method} ${path}`);
    if (match) return { route, params: Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? '')])) };
  }
  return undefined;
}
