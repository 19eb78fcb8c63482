import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { foreignEnvironment, loadConfig } from '../../src/config.ts';
import { findTemporalCli } from '../../src/temporal/cli-binary/find.ts';
import { ensureBuild } from '../support/build.ts';
import { GIT_ENVIRONMENT } from '../support/git.ts';
import { Results } from '../support/results.ts';
import { start } from '../support/run.ts';
import { runSync } from './command.ts';
import { copyRepository } from './copy.ts';
import { makeNewCommits } from './edits.ts';
import { figuresOf } from './figures.ts';
import { planFloor } from './floor.ts';
import { report } from './report.ts';
import { type Round, runRound, type Setting } from './round.ts';

export interface SyncBenchOptions {
  /** Repository to measure; it isn't touched. */
  repo: string;
  rounds: number;
  signal: AbortSignal;
}

/** Times syncs of a repository beside git's floor, and prints a table. Figures are written to a file as they come. */
export async function benchSync({ repo, rounds, signal }: SyncBenchOptions): Promise<void> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'org-sync-bench-')));
  try {
    const setting = await prepare(resolve(repo), folder, signal);
    await ensureBuild(signal);
    const { copy, floor, results } = setting;
    console.error(`${copy.name}: ${floor.commits} commits, ${floor.files} files to blame. Figures go to ${results.file}`);
    results.write({ what: 'machine', cores: availableParallelism(), cpu: cpus()[0]?.model, memory: totalmem(), node: process.version });
    results.write({ what: 'repository', name: copy.name, head: copy.head, commits: floor.commits, files: floor.files });

    // Fills the caches of the disk.
    await floor.measure();
    await runSync({ ...setting.place, folder: join(folder, 'warm-up') }, setting.empty);
    const done: Round[] = [];
    for (let number = 1; number <= rounds; number++) {
      console.error(`round ${number} of ${rounds}`);
      done.push(await runRound(setting, number));
    }
    const figures = figuresOf(done);
    results.write({ what: 'figures', figures });
    console.log(report(figures));
    console.log(`Memory in units of 10^6 bytes. All figures: ${results.file}`);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function prepare(repo: string, folder: string, signal: AbortSignal): Promise<Setting> {
  const { temporalCli, home } = loadConfig();
  const cli = await findTemporalCli({ explicit: temporalCli, home, env: foreignEnvironment(), report: (line) => console.error(line) });
  const copy = await copyRepository(repo, join(folder, 'copy.git'), signal);
  const empty = join(folder, 'empty.git');
  await start('git', ['init', '--quiet', '--bare', '--template=', empty], { env: GIT_ENVIRONMENT, signal }).ended;
  return {
    copy,
    newHead: await makeNewCommits(copy),
    empty,
    floor: await planFloor(copy),
    place: { folder, cli, signal },
    results: new Results(copy.name),
  };
}
