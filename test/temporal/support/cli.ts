import envPaths from 'env-paths';
import { findTemporalCli } from '../../../src/temporal/cli-binary/find.ts';

/** The cache that commands use, where another test or command may have got the CLI already. */
export const defaultHome = envPaths('org-sync', { suffix: '' }).cache;

/** The real Temporal CLI; getting it takes minutes on a machine that has none. */
export async function realCli(): Promise<string> {
  const report = (message: string): void => console.error(message);
  return await findTemporalCli({ explicit: process.env.TEMPORAL_CLI, home: defaultHome, env: process.env, report });
}
