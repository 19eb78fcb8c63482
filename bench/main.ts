import { Argument, Command } from 'commander';
import { type Amounts, benchStores, DATABASES } from './stores/bench.ts';
import { outliveTerminal, untilInterrupted } from './support/terminal.ts';
import { benchSync } from './sync/bench.ts';
import { makeSynthetic } from './synthetic/make.ts';
import { benchUnreliable } from './unreliable/bench.ts';

outliveTerminal();
const signal = untilInterrupted();

const program = new Command('bench').description('measures speed and memory').showHelpAfterError();

program
  .command('sync', { isDefault: true })
  .description("time syncs of a repository, beside git's own floor on the same repository")
  .argument('<repo>', 'a work tree or a bare repository; it is not touched')
  .option('--rounds <n>', 'rounds of floor and syncs', wholeNumber, 3)
  .action((repo: string, { rounds }: { rounds: number }) => benchSync({ repo, rounds, signal }));

program
  .command('synthetic')
  .description('make a large bare repository to measure, the same for the same numbers')
  .argument('<folder>', 'where; it must not exist yet')
  .option('--commits <n>', 'how many commits', wholeNumber, 30_000)
  .option('--files <n>', 'how many files at the end', wholeNumber, 3_000)
  .action(makeSynthetic);

program
  .command('stores')
  .description('time writes into databases, beside the quickest way in that each has')
  .addArgument(new Argument('[databases...]', 'which').choices(DATABASES).default(DATABASES))
  .option('--stats <n>', 'how many rows of commit stats', wholeNumber, 200_000)
  .option('--ranges <n>', 'how many ranges of blame', wholeNumber, 500_000)
  .action((databases: typeof DATABASES, amounts: Omit<Amounts, 'signal'>) => benchStores(databases, { ...amounts, signal }));

program
  .command('unreliable')
  .description('time a sync of a GitLab that fails some of its requests, beside one of the same GitLab that fails none, and compare the rows')
  .action(() => benchUnreliable(signal));

try {
  await program.parseAsync();
} catch (error) {
  console.error(signal.aborted ? 'Stopped.' : `error: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = signal.aborted ? 130 : 1;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`'${text}' is not a whole number above 0`);
  return value;
}
