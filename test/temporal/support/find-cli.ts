import { findTemporalCli } from '../../../src/temporal/cli-binary/find.ts';

/** A command that finds the CLI. Argument: the cache. */
const [home = ''] = process.argv.slice(2);
const report = (message: string): void => console.log('report', message);
try {
  console.log('found', await findTemporalCli({ home, env: process.env, report }));
} catch (error) {
  console.log('failed', (error as Error).message.replaceAll('\n', ' '));
}
