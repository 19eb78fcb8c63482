import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { AnswerTooLarge } from '../../src/http/errors.ts';
import { type Guard, sendRequest } from '../../src/http/send-request.ts';
import type { Bounds, Service } from '../../src/http/service.ts';
import { FatalError, RetryableError } from '../../src/model/errors.ts';
import { failureWithout } from '../support/failure.ts';
import type { Answer } from '../support/forge/exchange.ts';
import { ONCE } from '../support/forge/once.ts';
import { type LoopbackServer, startServer } from '../support/forge/server.ts';
import { selfSigned } from '../support/forge/tls.ts';
import { startTrap } from '../support/forge/trap.ts';
import { tempFolder } from '../support/temp.ts';

const SECRET = 'tok_0123456789abcdef';
const OPEN: Guard = { pass: () => 0, inspect: () => {} };
const JSON_HEADERS = { 'content-type': 'application/json' };

let server: LoopbackServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** Answers the requests in this order, the last one for ever. */
async function serve(...answers: Answer[]): Promise<LoopbackServer> {
  let turn = 0;
  server = await startServer({ handle: async () => answers[Math.min(turn++, answers.length - 1)] as Answer });
  return server;
}

/** A server that sends bytes, once something has come. */
async function listen(answer: (socket: Socket) => void): Promise<{ url: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const raw = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', (data) => {
      // As servers answer what isn't HTTP.
      if (data.toString().startsWith('GET')) answer(socket);
      else socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
  });
  raw.listen(0, '127.0.0.1');
  await once(raw, 'listening');
  return {
    url: `http://127.0.0.1:${(raw.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => raw.close(resolve));
    },
  };
}

const sound: Answer = { status: 200, headers: JSON_HEADERS, body: { sound: true } };
const page: Answer = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' };

function serviceAt(url: string): Service {
  return { name: 'The forge', url, urlVariable: 'FORGE_URL', urlAdvice: 'write https://<host>/api.' };
}

function get(url: string, { path = '/things', base = url, method = 'GET', signal, bounds = ONCE }: Record<string, unknown> & { path?: string } = {}) {
  const request = {
    url: `${url}${path}`,
    method: method as string,
    headers: { authorization: `Bearer ${SECRET}` },
    ...(signal ? { signal: signal as AbortSignal } : {}),
  };
  return sendRequest(request, serviceAt(base as string), OPEN, bounds as Bounds);
}

async function failure(promise: Promise<unknown>): Promise<Error> {
  const error = await failureWithout([SECRET], promise);
  expect(error).toBeInstanceOf(Error);
  return error as Error;
}

describe('an answer', () => {
  it('is read to its end, or not at all', async () => {
    const { url } = await serve(sound, { ...sound, delivery: 'cut-length' }, { ...sound, delivery: 'cut-chunked' }, { ...sound, delivery: 'reset-in-body' });
    expect((await get(url)).json).toEqual({ sound: true });
    for (let cut = 0; cut < 3; cut++) expect(await failure(get(url))).toBeInstanceOf(RetryableError);
  });

  it('may not come at all', async () => {
    const { url, requests } = await serve({ ...sound, delivery: 'reset' });
    expect(await failure(get(url))).toBeInstanceOf(RetryableError);
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['no answer', ''],
    ['half of one', 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"half":'],
  ])('is waited for until the time is up (%s)', async (_, text) => {
    const { url, close } = await listen((socket) => socket.write(text));
    const error = await failure(get(url, { bounds: { ...ONCE, timeout: 200 } }));
    expect(error).toBeInstanceOf(RetryableError);
    expect(error.message).toContain("didn't answer GET /things within 0.2 s");
    await close();
  });

  it('ends with what its signal was aborted for', async () => {
    const { url } = await serve({ ...sound, delivery: 'hang' });
    const reason = new Error('stopped');
    await expect(get(url, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(server?.requests).toEqual([]);
    const controller = new AbortController();
    const asked = get(url, { signal: controller.signal });
    await expect.poll(() => server?.requests.length).toBe(1);
    controller.abort(reason);
    await expect(asked).rejects.toBe(reason);
  });

  it('may be too large', async () => {
    const { url } = await serve({ ...sound, body: ['x'.repeat(2_000)] });
    expect(await failure(get(url, { bounds: { ...ONCE, maxBytes: 1_000 } }))).toBeInstanceOf(AnswerTooLarge);
  });
});

describe('something else than the service', () => {
  it('means a wrong address, unless the service was there before', async () => {
    const { url } = await serve(page, sound, page, { ...sound, body: 'upstream connect error' });
    const wrong = await failure(get(url));
    expect(wrong).toBeInstanceOf(FatalError);
    expect(wrong.message).toContain(`Check FORGE_URL (${url}): write https://<host>/api.`);
    await get(url);
    for (let time = 0; time < 2; time++) {
      const passing = await failure(get(url));
      expect(passing).toBeInstanceOf(RetryableError);
      expect(passing.message).toContain('no JSON');
    }
  });

  it('means the same where nobody listens, or there is no such host', async () => {
    const { url, close } = await serve(sound);
    await close();
    server = undefined;
    const refused = await failure(get(url));
    expect(refused).toBeInstanceOf(FatalError);
    expect(refused.message).toMatch(/ECONNREFUSED.*Check FORGE_URL/);
    const unknown = await failure(get('http://no-such-host.invalid'));
    expect(unknown.message).toContain('no-such-host.invalid');
    const another = await serve(sound);
    await get(another.url);
    await another.close();
    server = undefined;
    expect(await failure(get(another.url))).toBeInstanceOf(RetryableError);
  });

  it('means the same where TLS is asked for and not spoken', async () => {
    const { url, close } = await listen(() => {});
    const error = await failure(get(url.replace('http:', 'https:')));
    expect(error).toBeInstanceOf(FatalError);
    expect(error.message).toContain("doesn't speak TLS");
    await close();
  });
});

it('a certificate that nobody trusts is told as such', async () => {
  server = await startServer({ tls: selfSigned(tempFolder()), handle: async () => sound });
  const error = await failure(get(server.url));
  expect(error).toBeInstanceOf(FatalError);
  expect(error.message).toContain(new URL(server.url).host);
  expect(error.message).toMatch(/DEPTH_ZERO_SELF_SIGNED_CERT.*NODE_EXTRA_CA_CERTS/);
  expect(server.requests).toEqual([]);
});

describe('redirects', () => {
  const to = (status: number, location: string): Answer => ({ status, headers: { ...JSON_HEADERS, location }, body: {} });

  it.each([301, 302, 307, 308])('%s: are followed where they stay with the service', async (status) => {
    const { url, requests } = await serve(to(status, '/elsewhere?page=2'), sound);
    expect((await get(url)).json).toEqual({ sound: true });
    expect(requests.map(({ path, query, headers }) => [path, query, headers['authorization']])).toEqual([
      ['/things', {}, `Bearer ${SECRET}`],
      ['/elsewhere', { page: '2' }, `Bearer ${SECRET}`],
    ]);
  });

  it('to another host are not', async () => {
    const trap = await startTrap();
    const { url } = await serve(to(302, `${trap.url}/things`), sound, to(302, `${trap.url}/things`));
    const wrong = await failure(get(url));
    expect(wrong).toBeInstanceOf(FatalError);
    expect(wrong.message).toContain(`a redirect to ${trap.url}`);
    await get(url);
    expect(await failure(get(url))).toBeInstanceOf(RetryableError);
    expect(trap.requests).toEqual([]);
    await trap.close();
  });

  it('of what may change something are not', async () => {
    const { url, requests } = await serve(to(307, '/elsewhere'), sound);
    await failure(get(url, { method: 'POST' }));
    expect(requests).toHaveLength(1);
  });

  it('in a circle end', async () => {
    const { url, requests } = await serve(to(302, '/things'));
    expect((await failure(get(url))).message).toContain('in a circle');
    expect(requests).toHaveLength(6);
  });
});

it('an address at another host is not asked', async () => {
  const trap = await startTrap();
  const { url } = await serve(sound);
  const error = await failure(get(trap.url, { base: url }));
  expect(error).toBeInstanceOf(FatalError);
  expect(error.message).toContain(trap.url);
  expect(trap.requests).toEqual([]);
  await trap.close();
});
