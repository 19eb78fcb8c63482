import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';

const REPOSITORIES = [1, 2, 3];
const BATCHES = 20;

/**
 * Writes 20 batches of each of the repositories 1 to 3 at once, kills the server in the middle, starts it again and waits
 * until all is written.
 * @param write One batch of a repository; tried again until it works, as Temporal does.
 * @returns what writes failed with.
 */
export async function writesAcrossKill(
  server: { kill(): Promise<void>; start(): Promise<void> },
  write: (repository: number, batch: number) => Promise<void>,
): Promise<unknown[]> {
  const failures: unknown[] = [];
  let done = 0;
  const sync = async (repository: number) => {
    for (let batch = 0; batch < BATCHES; batch++) {
      for (;;) {
        try {
          await write(repository, batch);
          done += 1;
          break;
        } catch (error) {
          failures.push(error);
          await sleep(50);
        }
      }
    }
  };
  const syncs = Promise.all(REPOSITORIES.map(sync));
  while (done < 10) await sleep(1);
  await server.kill();
  await sleep(200);
  expect(done).toBeLessThan(REPOSITORIES.length * BATCHES);
  await server.start();
  await syncs;
  return failures;
}
