import { once } from 'node:events';
import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { deliver } from './deliver.ts';
import type { Answer, Exchange, RequestRecord } from './exchange.ts';

/** Ports of the servers so far. What this process has learnt of one, gates and sound addresses, must not be taken for another's. */
const used = new Set<number>();

export interface ServerOptions {
  /** PEM; HTTPS where given. */
  tls?: { key: string; cert: string } | undefined;
  /** The record is in the log before this is called; it may fill it in. */
  handle: (exchange: Exchange) => Promise<Answer>;
}

export interface LoopbackServer {
  /** `http://127.0.0.1:PORT`, no slash at the end. */
  url: string;
  requests: RequestRecord[];
  close(): Promise<void>;
}

/** How long idle connections are kept: longer than any test takes. */
const KEPT_MS = 3_600_000;

/** Serves HTTP on a free port of the loopback interface and keeps every request. */
export async function startServer({ tls, handle }: ServerOptions): Promise<LoopbackServer> {
  const requests: RequestRecord[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse) => void answer(request, response);
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Whoever hangs up first is the client, or a fault of ours: neither is an error of the server.
    for (const stream of [request, response]) stream.on('error', () => {});
    const exchange = open(request);
    requests.push(exchange.record);
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      exchange.body = Buffer.concat(chunks);
      // git compresses long requests; whoever reads them here wants the text.
      if (request.headers['content-encoding'] === 'gzip') exchange.body = gunzipSync(exchange.body);
      const result = await handle(exchange);
      if (result.delivery !== 'hang' && result.delivery !== 'reset') exchange.record.status = result.status;
      await deliver(result, response, request.method === 'HEAD');
    } catch (error) {
      exchange.record.violations.push(`the server failed: ${error instanceof Error ? error.stack : String(error)}`);
      if (!response.headersSent) response.writeHead(500).end('the server failed');
    }
  }
  const server = tls ? createHttps(tls, listener) : createHttp(listener);
  server.on('clientError', (_error, socket) => socket.destroy());
  // An idle connection that it closed just as the next request came would fail that one, which no test asked for.
  server.keepAliveTimeout = KEPT_MS;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const portOf = () => (server.address() as AddressInfo).port;
  while (used.has(portOf())) {
    await new Promise((resolve) => server.close(resolve));
    await once(server.listen(0, '127.0.0.1'), 'listening');
  }
  used.add(portOf());
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${portOf()}`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function open(request: IncomingMessage): Exchange {
  const [rawPath = '', search = ''] = (request.url ?? '/').split(/\?(.*)/s);
  const query = new URLSearchParams(search);
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const method = request.method ?? 'GET';
  const record: RequestRecord = {
    kind: 'other',
    method,
    path: rawPath,
    query: Object.fromEntries(query),
    headers,
    at: Date.now(),
    status: null,
    violations: [],
  };
  return { method, rawPath, search: query, headers: request.headers, body: Buffer.alloc(0), record };
}
