import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import type { Answer } from '../../support/forge/exchange.ts';
import { type LoopbackServer, startServer } from '../../support/forge/server.ts';
import { type Forge, makeForgeSite } from './forge.ts';

/** How a sync has failed. */
export interface ListingFailure {
  code: number | null;
  /** The last line that it printed. */
  error: string;
}

let sites = 0;
/**
 * How a sync fails that can't even list.
 * @param folder For the sites.
 * @param env In place of the settings by which commands find the host.
 */
export async function listingFailure(folder: string, forge: Forge, env: Record<string, string>, owner = forge.owner): Promise<ListingFailure> {
  const site = makeForgeSite(join(folder, `site-${sites++}`), { ...forge, owner });
  const { code, stdout, stderr } = await site.take([], { env });
  for (const value of [...forge.secrets(), ...Object.entries(env).flatMap(([name, text]) => (name.endsWith('_TOKEN') && text !== '' ? [text] : []))])
    expect(stdout + stderr).not.toContain(value);
  expect(stdout).toBe('');
  expect(stderr).not.toMatch(/^\s+at /m);
  const lines = stderr.trimEnd().split('\n');
  expect(
    lines.filter((line) => line.startsWith('error: ')),
    stderr,
  ).toEqual([lines.at(-1)]);
  // One try: nobody has recorded another, and the same command may be started again.
  expect(site.rows('select * from repos')).toEqual([]);
  return { code, error: (lines.at(-1) ?? '').replace('error: ', '') };
}

/** Fails where a request was tried again and again. */
export function expectFewTries({ server }: Forge): void {
  const asked = Map.groupBy(server.requests, ({ kind, path, headers }) => `${kind} ${headers['authorization']} ${path}`);
  for (const [, requests] of asked) expect(requests.map(({ path }) => path).length).toBeLessThanOrEqual(2);
}

/** Starts a server that answers every request alike, which ends with the calling test file. */
export function alwaysAnswering(): (answer: Answer) => Promise<string> {
  const servers: LoopbackServer[] = [];
  afterAll(() => Promise.all(servers.map((server) => server.close())));
  return async (answer) => {
    const server = await startServer({ handle: async () => answer });
    servers.push(server);
    return server.url;
  };
}

/** A web server without TLS, which answers what it can't read in plain text. */
export async function plainPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A port that nobody listens at while the calling test file runs. */
export async function silentPort(): Promise<number> {
  const server = createTcpServer((socket) => void socket.unref())
    .listen(0, '127.0.0.1')
    .unref();
  await once(server, 'listening');
  // A connection's own end: nobody else is given its port, which just any free one may be at once.
  const connection = connect((server.address() as AddressInfo).port, '127.0.0.1').unref();
  await once(connection, 'connect');
  return connection.localPort as number;
}
