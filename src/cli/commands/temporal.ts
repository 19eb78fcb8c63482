import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { type Config, foreignEnvironment, loadConfig } from '../../config.ts';
import { isAlive } from '../../processes/identity.ts';
import { findTemporalCli } from '../../temporal/cli-binary/find.ts';
import { readState } from '../../temporal/dev-server/state.ts';
import { temporalFolder } from '../database-folder.ts';
import { tell } from '../output.ts';

/** `org-sync temporal …`: the Temporal CLI that the embedded server uses. */
export function addTemporalCommand(program: Command): void {
  program
    .command('temporal')
    .description('pass words to the Temporal CLI that the embedded server uses')
    .argument('[words...]')
    .allowUnknownOption()
    .helpOption(false)
    .passThroughOptions()
    .action(async (words: string[]) => {
      const config = loadConfig();
      const cli = await findTemporalCli({
        explicit: config.temporalCli,
        home: config.home,
        env: foreignEnvironment(),
        report: tell,
      });
      process.exitCode = await new Promise<number>((resolve, reject) => {
        spawn(cli, words, { stdio: 'inherit', env: { ...foreignEnvironment(), ...addressOf(config) } })
          .on('error', reject)
          .on('close', (code) => resolve(code ?? 1));
      });
    });
}

/** The address that settings name, else the one of the database's embedded server, which may have had to take another port than the CLI's own default. */
function addressOf(config: Config): { TEMPORAL_ADDRESS?: string } {
  if (config.temporal !== undefined) return { TEMPORAL_ADDRESS: config.temporal.address };
  const { server } = readState(temporalFolder(config));
  return server !== undefined && isAlive(server) ? { TEMPORAL_ADDRESS: `127.0.0.1:${server.ports.grpc}` } : {};
}
