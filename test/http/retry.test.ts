import { afterEach, describe, expect, it } from 'vitest';
import { AnswerTooLarge, HostRefusal, TooMuch } from '../../src/http/errors.ts';
import { RETRIES } from '../../src/http/retry.ts';
import { type Guard, sendRequest, serviceFailure } from '../../src/http/send-request.ts';
import type { Bounds } from '../../src/http/service.ts';
import { RateLimited, RetryableError } from '../../src/model/errors.ts';
import type { Answer } from '../support/forge/exchange.ts';
import { AT_ONCE } from '../support/forge/once.ts';
import { type LoopbackServer, startServer } from '../support/forge/server.ts';

let server: LoopbackServer;
afterEach(() => server.close());

/** Answers the requests in this order, the last one for ever. */
async function serve(...answers: Answer[]): Promise<void> {
  let turn = 0;
  server = await startServer({ handle: async () => answers[Math.min(turn++, answers.length - 1)] as Answer });
}

const sound: Answer = { status: 200, headers: { 'content-type': 'application/json' }, body: { sound: true } };
const status = (code: number, headers = {}): Answer => ({ status: code, headers, body: `${code}` });

/** What the clients of both hosts make of a status. */
const guard: Guard = {
  pass: () => 0,
  inspect(answer) {
    if (answer.status === 429) throw new RateLimited('limited', new Date(Date.now() + 1_000));
    if (answer.status === 504) throw new TooMuch('too much');
    if (answer.status >= 500) throw serviceFailure(answer, `status ${answer.status}`);
    if (answer.status >= 400) throw new HostRefusal(`status ${answer.status}`, answer.status);
  },
};

function send({ method = 'GET', safe, signal, bounds = AT_ONCE }: { method?: string; safe?: true; signal?: AbortSignal; bounds?: Bounds } = {}) {
  const service = { name: 'The forge', url: server.url, urlVariable: 'FORGE_URL', urlAdvice: 'write https://<host>/api.' };
  return sendRequest({ url: `${server.url}/things`, method, headers: {}, ...(safe && { safe }), ...(signal && { signal }) }, service, guard, bounds);
}

describe('a request is repeated', () => {
  it.each<[string, Answer]>([
    ['a status of 502', status(502)],
    ['a connection that is reset', { ...sound, delivery: 'reset' }],
    ['a connection that is reset in the body', { ...sound, delivery: 'reset-in-body' }],
    ['a cut body', { ...sound, delivery: 'cut-length' }],
    ['a cut body in chunks', { ...sound, delivery: 'cut-chunked' }],
    ['HTML from a host that has answered well', { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }],
  ])('after %s', async (_, bad) => {
    await serve(sound, bad, bad, bad, sound);
    await send();
    expect((await send()).json).toEqual({ sound: true });
    expect(server.requests).toHaveLength(5);
  });

  it('after an answer that does not come in time', async () => {
    await serve({ ...sound, delivery: 'hang' }, sound);
    expect((await send({ bounds: { ...AT_ONCE, timeout: 1_000 } })).json).toEqual({ sound: true });
  });

  it('where it is a POST that changes nothing', async () => {
    await serve(status(500), sound);
    expect((await send({ method: 'POST', safe: true })).json).toEqual({ sound: true });
  });

  it('three times at most', async () => {
    await serve(status(503));
    await expect(send()).rejects.toBeInstanceOf(RetryableError);
    expect(server.requests).toHaveLength(4);
  });
});

describe('a request is sent once', () => {
  it.each<[string, Answer, new (...args: never[]) => Error]>([
    ['a limit', status(429), RateLimited],
    ['a time to come back at', status(503, { 'retry-after': '1' }), RetryableError],
    ['a refusal', status(403), HostRefusal],
    ['a query that took too long', status(504), TooMuch],
    ['an answer that is too large', { ...sound, body: ['x'.repeat(2_000)] }, AnswerTooLarge],
  ])('where the answer is %s', async (_, answer, kind) => {
    await serve(answer, sound);
    await expect(send({ bounds: { ...AT_ONCE, maxBytes: 1_000 } })).rejects.toBeInstanceOf(kind);
    expect(server.requests).toHaveLength(1);
  });

  it('where it may change something', async () => {
    await serve(status(502), sound);
    await expect(send({ method: 'POST' })).rejects.toBeInstanceOf(RetryableError);
    expect(server.requests).toHaveLength(1);
  });

  it('where its signal is aborted during the wait', async () => {
    await serve(status(502));
    const controller = new AbortController();
    const reason = new Error('stopped');
    const sent = send({ signal: controller.signal, bounds: { ...AT_ONCE, firstWait: 3_600_000 } });
    await expect.poll(() => server.requests[0]?.status).toBe(502);
    controller.abort(reason);
    await expect(sent).rejects.toBe(reason);
    expect(server.requests).toHaveLength(1);
  });
});

it('the waits between the attempts are a few seconds in all', async () => {
  await serve(sound);
  const { retries, firstWait } = RETRIES;
  const longest = Array.from({ length: retries }, (_, turn) => 2 * firstWait * 2 ** turn).reduce((sum, wait) => sum + wait);
  expect(longest).toBeLessThan(5_000);
});
