import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { foreignEnvironment, loadConfig } from '../../src/config.ts';
import { findTemporalCli } from '../../src/temporal/cli-binary/find.ts';
import { startGitLab } from '../../test/support/gitlab/server.ts';
import { ensureBuild } from '../support/build.ts';
import { databaseOf, type Place, runCommand } from '../sync/command.ts';
import { countRows, missingRows } from '../sync/facts.ts';
import { FAULTS, makeProjects } from './gitlab.ts';

/** Seconds that the unreliable run may take. */
const LIMIT = 180;

/**
 * Times a sync of a GitLab without faults and one of the same GitLab with them, and compares all rows.
 * @throws Error where rows differ, or the unreliable run takes longer than three minutes.
 */
export async function benchUnreliable(signal: AbortSignal): Promise<void> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'org-sync-bench-')));
  try {
    const { temporalCli, home } = loadConfig();
    const cli = await findTemporalCli({ explicit: temporalCli, home, env: foreignEnvironment(), report: (line) => console.error(line) });
    await ensureBuild(signal);
    const { world, group, tokens } = makeProjects(join(folder, 'gitlab'));
    const server = await startGitLab(world);
    const run = async (name: string) => {
      server.requests.length = 0;
      const place: Place = { folder: join(folder, name), cli, signal };
      const { seconds } = await runCommand(place, ['sync', 'gitlab', group], { GITLAB_URL: server.url, GITLAB_TOKEN: tokens.personal });
      const failed = server.requests.filter(({ fault }) => fault !== undefined).length;
      const database = databaseOf(place);
      console.log(`${name}: ${seconds.toFixed(1)} s, ${server.requests.length} requests, ${failed} of them failed, ${countRows(database)} rows`);
      return { seconds, database };
    };
    try {
      const quiet = await run('quiet');
      server.setFaults(FAULTS);
      const unreliable = await run('unreliable');
      const differences = [missingRows(quiet.database, unreliable.database), missingRows(unreliable.database, quiet.database)];
      if (differences.some((tables) => Object.keys(tables).length > 0)) throw new Error(`the rows differ: ${JSON.stringify(differences)}`);
      console.log('All rows are equal.');
      if (unreliable.seconds > LIMIT) throw new Error(`the unreliable run took longer than ${LIMIT} s`);
    } finally {
      await server.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
