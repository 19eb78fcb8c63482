import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { type Config, foreignEnvironment, loadConfig } from '../../config.ts';
import { InvalidInput } from '../../model/errors.ts';
import { isAlive } from '../../processes/identity.ts';
import { parseDatabaseUrl } from '../../stores/open.ts';
import { printableUrl } from '../../stores/url.ts';
import { findTemporalCli } from '../../temporal/cli-binary/find.ts';
import { readState } from '../../temporal/dev-server/state.ts';
import { getTemporalFolder } from '../database-folder.ts';
import { printNotice } from '../output.ts';

/** Commands of the Temporal CLI that need no running server. */
const OFFLINE_COMMANDS = ['completion', 'config', 'env', 'help', 'server'];

/** Options with which the Temporal CLI only prints something. */
const PRINT_OPTIONS = ['--help', '-h', '--version', '-v'];

/** Adds `org-sync temporal …`, which runs the Temporal CLI that the embedded server uses. */
export function addTemporalCommand(program: Command): void {
  program
    .command('temporal')
    .description("run the Temporal CLI on the database's embedded server")
    .argument('[arguments...]', 'arguments of the Temporal CLI')
    .allowUnknownOption()
    .helpOption(false)
    .passThroughOptions()
    .action(async (words: string[]) => {
      const config = loadConfig();
      const env = { ...foreignEnvironment(), ...chooseAddress(config, words) };
      const cli = await findTemporalCli({ explicit: config.temporalCli, home: config.home, env: foreignEnvironment(), report: printNotice });
      process.exitCode = await new Promise<number>((resolve, reject) => {
        spawn(cli, words, { stdio: 'inherit', env })
          .on('error', reject)
          .on('close', (code) => resolve(code ?? 1));
      });
    });
}

/**
 * Chooses the server for the Temporal CLI: the one in the settings, else the database's embedded one. The CLI's own
 * default might be the server of another database.
 * @throws InvalidInput if the arguments need a server and it isn't running.
 */
function chooseAddress(config: Config, words: readonly string[]): { TEMPORAL_ADDRESS?: string } {
  if (config.temporal !== undefined) return { TEMPORAL_ADDRESS: config.temporal.address };
  const { server } = readState(getTemporalFolder(config));
  if (server !== undefined && isAlive(server)) return { TEMPORAL_ADDRESS: `127.0.0.1:${server.ports.grpc}` };
  if (!needsServer(words)) return {};
  const database = printableUrl(parseDatabaseUrl(config.databaseUrl));
  throw new InvalidInput([
    `the Temporal server of database ${database} is not running: start it with 'org-sync up', or name another server with --address or TEMPORAL_ADDRESS`,
  ]);
}

function needsServer(words: readonly string[]): boolean {
  const [command] = words;
  if (command === undefined || OFFLINE_COMMANDS.includes(command)) return false;
  return !words.some((word) => PRINT_OPTIONS.includes(word) || word === '--address' || word.startsWith('--address='));
}
