import { Command } from 'commander';
import { benchMongodb } from './stores/mongodb.ts';
import { benchPostgresql } from './stores/postgresql.ts';
import { outliveTerminal, untilInterrupted } from './support/terminal.ts';
import { benchSync } from './sync/bench.ts';
import { makeSynthetic } from './synthetic/make.ts';

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
  .command('postgresql')
  .description('time writes to PostgreSQL, beside COPY')
  .option('--rows <n>', 'how many', wholeNumber, 200_000)
  .option('--rounds <n>', 'how often', wholeNumber, 3)
  .action(benchPostgresql);

program
  .command('mongodb')
  .description("time writes to MongoDB, beside the driver's own insertMany")
  .option('--stats <n>', 'how many rows of stats', wholeNumber, 200_000)
  .option('--ranges <n>', 'how many ranges of blame', wholeNumber, 500_000)
  .action(benchMongodb);

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
