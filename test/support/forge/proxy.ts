import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, request as send } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

/** A forward proxy on the loopback interface. */
export interface Proxy extends AsyncDisposable {
  url: string;
  /** What went through it: `POST http://…`, `CONNECT host:port`. */
  seen: { line: string; headers: IncomingHttpHeaders }[];
}

/** @param user Name and password (`name:password`) that it wants; none unless told. */
export async function startProxy(user?: string): Promise<Proxy> {
  const seen: Proxy['seen'] = [];
  const refuses = ({ 'proxy-authorization': given }: IncomingHttpHeaders) => user !== undefined && given !== `Basic ${Buffer.from(user).toString('base64')}`;
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    if (refuses(headers)) return void response.writeHead(407, { 'proxy-authenticate': 'Basic realm="proxy"' }).end();
    seen.push({ line: `${method} ${url}`, headers });
    const onward = send(url, { method, headers }, (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 502, answer.headers)));
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  server.on('connect', (request, socket) => {
    if (refuses(request.headers)) return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"\r\n\r\n');
    seen.push({ line: `CONNECT ${request.url}`, headers: request.headers });
    const [host = '', port = ''] = (request.url ?? '').split(':');
    const onward = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const end of [socket, onward]) end.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
