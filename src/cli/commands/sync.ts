import type { Command } from 'commander';
import { loadConfig } from '../../config.ts';
import { isInRepositoryOf } from '../../sources/local/discover.ts';
import { checkPaths } from '../../sources/local/list.ts';
import { addSyncOptions, addWorkerOptions, inputFrom, type SyncFlags, type WorkerFlags } from '../options.ts';

const EXAMPLES = `
Examples:
  $ org-sync sync local .                                    the repository in the current folder
  $ org-sync sync local ~/src --pattern 'acme/api-*'         of all repositories below a folder those of one kind
  $ org-sync sync local ~/src/app --since 2026-01-01 --stages commits,commit-stats
  $ org-sync sync local ~/src --db sqlite:////data/facts.db  into another database`;

/** `org-sync sync local <path…>` */
export function addSyncCommand(program: Command): void {
  const sync = program.command('sync').description('run one sync to its end');
  const local = sync.command('local').description('sync repositories on this machine').argument('<path...>', 'repositories, or folders that contain some');
  local.addHelpText('after', EXAMPLES);
  addWorkerOptions(addSyncOptions(local)).action(async (paths: string[], flags: SyncFlags & WorkerFlags) => {
    const strangersDotenv = await isInRepositoryOf(process.cwd(), paths);
    const config = loadConfig({ db: flags.db, strangersDotenv, report: (line) => process.stderr.write(`${line}\n`) });
    const input = inputFrom(flags, { provider: 'local', paths });
    const checked = { ...input, paths: await checkPaths(paths) };
    // Temporal's SDK takes half a second to load: what is wrong with the words so far is told sooner.
    const { runSync } = await import('../run-sync.ts');
    process.exitCode = await runSync(config, checked, flags);
  });
}
