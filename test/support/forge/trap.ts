import { type LoopbackServer, startServer } from './server.ts';

export interface Trap extends LoopbackServer {
  /** Whether an Authorization header, or anything else that holds `secret`, came here. */
  gotToken(secret?: string): boolean;
}

/** Another host that answers every request with an empty list: where a Link header leads a client that trusts it. */
export async function startTrap(): Promise<Trap> {
  const server = await startServer({
    handle: async () => ({ status: 200, headers: { 'content-type': 'application/json; charset=utf-8' }, body: [] }),
  });
  return {
    ...server,
    gotToken: (secret) =>
      server.requests.some((request) => 'authorization' in request.headers || (secret !== undefined && JSON.stringify(request).includes(secret))),
  };
}
