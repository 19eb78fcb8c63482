import type { GitLab } from './server.ts';

/** A plain client for the tests of the server itself. */
export interface PlainAnswer<Body> {
  status: number;
  headers: Headers;
  body: Body;
}

/** @param path Below the API, or a whole address. */
export async function rest<Body = Record<string, unknown>>(gitlab: GitLab, path: string, token?: string, init: RequestInit = {}): Promise<PlainAnswer<Body>> {
  const headers = { ...(token !== undefined && { 'private-token': token }), ...(init.headers as Record<string, string>) };
  const response = await fetch(path.startsWith('http') ? path : `${gitlab.apiUrl}${path}`, { redirect: 'manual', ...init, headers });
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json') ?? false;
  return { status: response.status, headers: response.headers, body: (json ? JSON.parse(text) : text) as Body };
}
