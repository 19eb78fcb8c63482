import { withFileLock } from '../../../src/temporal/file-lock.ts';

/** A command that holds a lock until it is killed. Argument: the lock. */
const [file = ''] = process.argv.slice(2);
await withFileLock(
  file,
  async () => {
    console.log('holding');
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  },
  { timeoutMs: 1000 },
);
