import { Command, CommanderError } from 'commander';
import { InvalidInput } from '../model/errors.ts';
import { printableLines } from '../printable.ts';
import { version } from '../version.ts';
import { addMigrateCommand } from './commands/migrate.ts';
import { addSyncCommand } from './commands/sync.ts';
import { addTemporalCommand } from './commands/temporal.ts';
import { addUpCommand, addWorkerCommand } from './commands/up.ts';
import { describeError, EXIT } from './exit.ts';
import { printError, surviveOutputErrors } from './output.ts';

const HELP = `
Environment variables, also read from .env in the current folder: DATABASE_URL, GITHUB_TOKEN, GITLAB_TOKEN, TEMPORAL_ADDRESS, ORG_SYNC_HOME, LOG_LEVEL
and others.
Exit codes: 0 success, 1 a repository or the whole run failed, 2 invalid options or environment (nothing was started), 130 interrupted.`;

/** Runs the command line and sets the exit code of the process. Never throws. */
export async function main(argv: readonly string[]): Promise<void> {
  const flushOutput = surviveOutputErrors();
  const program = new Command('org-sync')
    .description('sync facts about your repositories into your own database')
    .version(version(), '-V, --version', 'print the version')
    .enablePositionalOptions()
    .exitOverride()
    // Its messages quote the arguments, which may hold control characters.
    .configureOutput({ outputError: (text, write) => write(printableLines(text)) })
    .showHelpAfterError('(add --help to show the usage)')
    .addHelpText('after', HELP);
  addSyncCommand(program);
  addUpCommand(program);
  addWorkerCommand(program);
  addMigrateCommand(program);
  addTemporalCommand(program);
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    process.exitCode = handleError(error);
  }
  if (!(await flushOutput())) process.exitCode ||= EXIT.someFailed;
}

/** Prints what went wrong and returns the exit code. */
function handleError(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.invalid;
  if (error instanceof InvalidInput) {
    for (const problem of error.problems) printError(problem);
    return EXIT.invalid;
  }
  printError(describeError(error));
  return EXIT.someFailed;
}
