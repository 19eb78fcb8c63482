import { randomInt } from 'node:crypto';
import { isPortFree } from '../../src/temporal/dev-server/ports.ts';

/**
 * A port of the loopback interface that nobody listens on now, and that stays so until its server listens there, and while
 * that is down: it is none of those that systems give to whoever asks for any, or connects, nor one where Temporal servers
 * of tests are.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 10_000 + randomInt(7_000);
    if (await isPortFree(port)) return port;
  }
}
