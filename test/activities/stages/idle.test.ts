import { expect, test } from 'vitest';
import { IDLE, withIdle } from '../../../activities/stages/idle.ts';

async function* items(gate: Promise<unknown>, log: string[] = []): AsyncGenerator<number> {
  try {
    yield 1;
    yield 2;
    await gate;
    yield 3;
  } finally {
    log.push('closed');
  }
}

test('a slow item is announced by IDLE, and none is lost', async () => {
  const gate = Promise.withResolvers<void>();
  const seen: unknown[] = [];
  for await (const item of withIdle(items(gate.promise), 1)) {
    seen.push(item);
    if (item === IDLE) gate.resolve();
  }
  expect(seen.filter((item) => item !== IDLE)).toEqual([1, 2, 3]);
  expect(seen).toContain(IDLE);
});

test('a failure reaches the reader', async () => {
  const seen: unknown[] = [];
  const read = async () => {
    for await (const item of withIdle(items(Promise.reject(new Error('broken'))), 100_000)) seen.push(item);
  };
  await expect(read()).rejects.toThrow('broken');
  expect(seen).toEqual([1, 2]);
});

test('a reader that stops at IDLE need not wait for the slow item, and the source is closed after it', async () => {
  const gate = Promise.withResolvers<void>();
  const log: string[] = [];
  for await (const item of withIdle(items(gate.promise, log), 1)) if (item === IDLE) break;
  expect(log).toEqual([]);
  gate.reject(new Error('nobody hears this'));
  await expect.poll(() => log).toEqual(['closed']);
});
