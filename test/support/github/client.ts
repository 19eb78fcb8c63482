import { createSign } from 'node:crypto';
import type { GitHub } from './server.ts';
import type { App } from './world.ts';

/** A plain client for the tests of the server itself. */
export interface PlainAnswer<Body> {
  status: number;
  headers: Headers;
  body: Body;
}

export async function rest<Body = Record<string, unknown>>(github: GitHub, path: string, token?: string, init: RequestInit = {}): Promise<PlainAnswer<Body>> {
  const headers = { 'user-agent': 'plain', ...(token !== undefined && { authorization: `Bearer ${token}` }), ...(init.headers as Record<string, string>) };
  const response = await fetch(path.startsWith('http') ? path : `${github.apiUrl}${path}`, { redirect: 'manual', ...init, headers });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: (text === '' ? null : JSON.parse(text)) as Body };
}

// biome-ignore lint/suspicious/noExplicitAny: the shape is whatever the query asks for.
export type GraphBody = { data?: any; errors?: { type?: string; message: string; path?: (string | number)[]; extensions?: Record<string, unknown> }[] };

export function graphql(github: GitHub, token: string, query: string, variables: Record<string, unknown> = {}): Promise<PlainAnswer<GraphBody>> {
  return rest<GraphBody>(github, github.graphqlUrl, token, { method: 'POST', body: JSON.stringify({ query, variables }) });
}

/** A JSON web token of an App. */
export function appToken(app: App, { key = app.privateKey, expires = 540 }: { key?: string; expires?: number } = {}): string {
  const now = Math.floor(Date.now() / 1_000);
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({ iat: now - 60, exp: now + expires, iss: String(app.id) })}`;
  return `${text}.${createSign('RSA-SHA256').update(text).sign(key, 'base64url')}`;
}
