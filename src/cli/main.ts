import { Command, CommanderError } from 'commander';
import { InvalidInput } from '../model/errors.ts';
import { printableLines } from '../printable.ts';
import { version } from '../version.ts';
import { addMigrateCommand } from './commands/migrate.ts';
import { addSyncCommand } from './commands/sync.ts';
import { addTemporalCommand } from './commands/temporal.ts';
import { addUpCommand, addWorkerCommand } from './commands/up.ts';
import { EXIT, reasonOf } from './exit.ts';
import { complain, outliveOutput } from './output.ts';

const HELP = `
Settings come from the environment and from .env in the current folder: DATABASE_URL, GITHUB_TOKEN, TEMPORAL_ADDRESS, ORG_SYNC_HOME, LOG_LEVEL and others.
Exit codes: 0 all well, 1 some repository or the run failed, 2 something was wrong before work started.`;

/** Runs the command line. The process's exit code is set; nothing is thrown. */
export async function main(argv: readonly string[]): Promise<void> {
  const printed = outliveOutput();
  const program = new Command('org-sync')
    .description("keep an organization's engineering facts in your own database")
    .version(version(), '-V, --version', 'print the version')
    .enablePositionalOptions()
    .exitOverride()
    // What it says of wrong words repeats them.
    .configureOutput({ outputError: (text, write) => write(printableLines(text)) })
    .showHelpAfterError('(add --help for what there is)')
    .addHelpText('after', HELP);
  addSyncCommand(program);
  addUpCommand(program);
  addWorkerCommand(program);
  addMigrateCommand(program);
  addTemporalCommand(program);
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    process.exitCode = explain(error);
  }
  if (!(await printed())) process.exitCode ||= EXIT.someFailed;
}

/** Tells what went wrong and gives the exit code. */
function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.invalid;
  if (error instanceof InvalidInput) {
    for (const problem of error.problems) complain(problem);
    return EXIT.invalid;
  }
  complain(reasonOf(error));
  return EXIT.someFailed;
}
