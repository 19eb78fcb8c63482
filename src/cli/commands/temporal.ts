import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { fullEnvironment, loadConfig } from '../../config.ts';
import { findTemporalCli } from '../../temporal/cli-binary/find.ts';

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
        env: fullEnvironment,
        report: (line) => process.stderr.write(`${line}\n`),
      });
      process.exitCode = await new Promise<number>((resolve, reject) => {
        spawn(cli, words, { stdio: 'inherit' })
          .on('error', reject)
          .on('close', (code) => resolve(code ?? 1));
      });
    });
}
