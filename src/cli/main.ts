import { Command, CommanderError } from 'commander';
import { InvalidInput } from '../model/errors.ts';
import { addSyncCommand } from './commands/sync.ts';
import { addTemporalCommand } from './commands/temporal.ts';
import { addUpCommand, addWorkerCommand } from './commands/up.ts';
import { EXIT } from './exit.ts';

/** Runs the command line. The process's exit code is set; nothing is thrown. */
export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command('org-sync')
    .description("keep an organisation's engineering facts in your own database")
    .enablePositionalOptions()
    .exitOverride()
    .showHelpAfterError('(add --help for what there is)')
    .configureOutput({ outputError: (text, write) => write(text) });
  addSyncCommand(program);
  addUpCommand(program);
  addWorkerCommand(program);
  addTemporalCommand(program);
  inheritSettings(program);
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    process.exitCode = tell(error);
  }
}

function inheritSettings(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command);
    inheritSettings(child);
  }
}

/** Tells what went wrong and gives the exit code. */
function tell(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.invalid;
  if (error instanceof InvalidInput) {
    for (const problem of error.problems) process.stderr.write(`error: ${problem}\n`);
    return EXIT.invalid;
  }
  process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
  return EXIT.someFailed;
}
