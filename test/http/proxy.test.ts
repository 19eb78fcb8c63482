import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { sendRequest } from '../../src/http/send-request.ts';
import { FatalError } from '../../src/model/errors.ts';
import { type LoopbackServer, startServer } from '../support/forge/server.ts';
import { selfSigned } from '../support/forge/tls.ts';
import { tempFolder } from '../support/temp.ts';

const handle = async () => ({ status: 200, headers: { 'content-type': 'application/json' }, body: { sound: true } });
let spared: LoopbackServer;
const seen: string[] = [];
let password = false;
const proxy = createServer((request, response) => {
  const { method = '', url = '' } = request;
  if (password) return void response.writeHead(407).end();
  seen.push(`${method} ${url}`);
  request.pipe(send(url, { method, headers: request.headers }, (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 502, answer.headers))));
});
proxy.on('connect', (request, socket) => {
  if (password) return void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
  seen.push(`CONNECT ${request.url}`);
  const [host = '', port = ''] = (request.url ?? '').split(':');
  const onward = connect(Number(port), host, () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    onward.pipe(socket).pipe(onward);
  });
  for (const end of [socket, onward]) end.on('error', () => {});
});

beforeAll(async () => {
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  // The process reads them at its first request.
  for (const name of ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY']) vi.stubEnv(name, url);
  spared = await startServer({ handle });
  for (const name of ['no_proxy', 'NO_PROXY']) vi.stubEnv(name, new URL(spared.url).host);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  proxy.closeAllConnections();
  await new Promise((resolve) => proxy.close(resolve));
  await spared.close();
});

const get = (url: string) =>
  sendRequest(
    { url: `${url}/things`, method: 'GET', headers: {} },
    { name: 'The forge', url, urlVariable: 'FORGE_URL', urlAdvice: '' },
    { pass: () => 0, inspect: () => {} },
  );

it('goes through the proxy that the environment names, but for what NO_PROXY names', async () => {
  const plain = await startServer({ handle });
  const secure = await startServer({ tls: selfSigned(tempFolder()), handle });
  expect((await get(plain.url)).json).toEqual({ sound: true });
  expect((await get(spared.url)).json).toEqual({ sound: true });
  // Nobody trusts it, so it's asked for nothing; the tunnel to it is made all the same.
  await expect(get(secure.url)).rejects.toThrow('NODE_EXTRA_CA_CERTS');
  expect(seen.map((line) => line.replace('CONNECT 127.0.0.1', 'CONNECT https://127.0.0.1'))).toEqual([
    expect.stringContaining(plain.url),
    `CONNECT ${secure.url}`,
  ]);
  await Promise.all([plain.close(), secure.close()]);
});

it.each(['http:', 'https:'])('a proxy that wants a password is told of (%s)', async (protocol) => {
  password = true;
  const error = await get(`${protocol}//forge.invalid`).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(FatalError);
  expect((error as Error).message).toContain('wants a name and a password');
});
