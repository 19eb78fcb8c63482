import { beforeAll } from 'vitest';

/** Starts something for the calling test file, there once its tests run; it ends when they have. */
export function forThisFile<T extends AsyncDisposable>(start: () => Promise<T>, timeout?: number): () => T {
  let started: T | undefined;
  beforeAll(async () => {
    started = await start();
    return () => started?.[Symbol.asyncDispose]();
  }, timeout);
  return () => started as T;
}
