import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FatalError } from '../../src/model/errors.ts';
import { withFileLock } from '../../src/temporal/file-lock.ts';
import { startChild } from './support/child.ts';

let folder: string;
let lock: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'org-sync-lock-'));
  lock = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(10);
}

test('lets one at a time in, in one process too', async () => {
  let inside = 0;
  const work = async (): Promise<void> => {
    inside += 1;
    expect(inside).toBe(1);
    await delay(5);
    inside -= 1;
  };
  await Promise.all(Array.from({ length: 8 }, () => withFileLock(lock, work, { timeoutMs: 120_000 })));
});

test('is free again after work that failed', async () => {
  const failing = withFileLock(lock, () => Promise.reject(new Error('broken')), { timeoutMs: 1000 });
  await expect(failing).rejects.toThrow('broken');
  expect(await withFileLock(lock, () => Promise.resolve('in'), { timeoutMs: 1000 })).toBe('in');
});

test('a holder that was killed is out at once, a stopped one stays in', async () => {
  const holder = startChild('hold-lock.ts', [lock]);
  await holder.says('holding');
  process.kill(holder.pid, 'SIGSTOP');
  const abort = new AbortController();
  let waits = 0;
  const patient = withFileLock(lock, () => Promise.resolve(), { timeoutMs: 600_000, onWait: () => waits++, signal: abort.signal });
  patient.catch(() => undefined);
  await until(() => waits > 0);
  const impatient = withFileLock(lock, () => Promise.resolve(), { timeoutMs: 500 });
  await expect(impatient).rejects.toThrow(FatalError);
  await expect(impatient).rejects.toThrow(new RegExp(`has held the lock ${lock} for \\d+ s`));
  abort.abort(new Error('enough'));
  await expect(patient).rejects.toThrow('enough');
  expect(waits).toBe(1);
  process.kill(holder.pid, 'SIGKILL');
  await holder.ended;
  // No wait at all is needed.
  expect(await withFileLock(lock, () => Promise.resolve('in'), { timeoutMs: 0 })).toBe('in');
});

test('waiting ends with the signal', async () => {
  const abort = new AbortController();
  await withFileLock(
    lock,
    async () => {
      const waiting = withFileLock(lock, () => Promise.resolve(), { timeoutMs: 60_000, signal: abort.signal });
      abort.abort(new Error('enough'));
      await expect(waiting).rejects.toThrow('enough');
    },
    { timeoutMs: 1000 },
  );
});

test('says so when the lock file cannot be made', async () => {
  const file = join(folder, 'missing', 'lock');
  await expect(withFileLock(file, () => Promise.resolve(), { timeoutMs: 0 })).rejects.toThrow(`can't create the lock file ${file}`);
});

test('says which file it is that cannot be locked', async () => {
  writeFileSync(lock, 'not a database, but something else '.repeat(100));
  await expect(withFileLock(lock, () => Promise.resolve(), { timeoutMs: 0 })).rejects.toThrow(`can't lock ${lock}: file is not a database`);
});
