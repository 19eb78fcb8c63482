import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './exchange.ts';

/** Sends an answer, or as much of it as its delivery allows. */
export async function deliver(answer: Answer, response: ServerResponse, head: boolean): Promise<void> {
  const { delivery = 'whole' } = answer;
  if (answer.delay) await sleep(answer.delay);
  if (delivery === 'hang' || response.destroyed) return;
  if (delivery === 'reset') return void response.socket?.resetAndDestroy();
  const body = bodyOf(answer.body);
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value);
  response.statusCode = answer.status;
  response.once('finish', () => answer.sent?.());
  if (delivery === 'whole') {
    if (answer.status !== 304 && answer.status !== 204) response.setHeader('content-length', body.length);
    return void response.end(head ? undefined : body);
  }
  if (delivery !== 'cut-chunked') response.setHeader('content-length', Math.max(body.length, 2));
  const half = body.subarray(0, Math.max(1, body.length >> 1));
  // The first half must have left before the connection goes, or the client sees no answer at all.
  await new Promise<void>((resolve) => response.write(half.length > 0 ? half : ' ', () => resolve()));
  await sleep(20);
  answer.sent?.();
  if (delivery === 'reset-in-body') response.socket?.resetAndDestroy();
  else response.socket?.end();
}

function bodyOf(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
