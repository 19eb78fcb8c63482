import type { Command } from 'commander';
import { loadConfig } from '../../config.ts';
import { gitHubConnection } from '../../connections.ts';
import { isInRepositoryOf } from '../../sources/local/discover.ts';
import { checkPaths } from '../../sources/local/list.ts';
import { beforeWork } from '../exit.ts';
import { addSyncOptions, addWorkerOptions, inputFrom, type SyncFlags, type WorkerFlags } from '../options.ts';

const LOCAL_EXAMPLES = `
Examples:
  $ org-sync sync local .                                    the repository in the current folder
  $ org-sync sync local ~/src --pattern 'acme/api-*'         of all repositories below a folder those of one kind
  $ org-sync sync local ~/src/app --since 2026-01-01 --stages commits,commit-stats
  $ org-sync sync local ~/src --db sqlite:////data/facts.db  into another database`;

const GITHUB_EXAMPLES = `
The token comes from GITHUB_TOKEN; GITHUB_URL is https://<host>/api/v3 for an Enterprise Server.

Examples:
  $ org-sync sync github acme                                all repositories of an organisation or a user
  $ org-sync sync github acme --pattern 'acme/api-*' --no-forks --no-archived
  $ org-sync sync github acme --stages pull-requests         needs no clones`;

/** `org-sync sync local <path…>`, `org-sync sync github <owner>` */
export function addSyncCommand(program: Command): void {
  const sync = program.command('sync').description('run one sync to its end');
  const local = sync.command('local').description('sync repositories on this machine').argument('<path...>', 'repositories, or folders that contain some');
  local.addHelpText('after', LOCAL_EXAMPLES);
  addWorkerOptions(addSyncOptions(local)).action(async (paths: string[], flags: SyncFlags & WorkerFlags) => {
    const strangersDotenv = await isInRepositoryOf(process.cwd(), paths);
    const config = loadConfig({ db: flags.db, strangersDotenv, report: (line) => process.stderr.write(`${line}\n`) });
    const input = inputFrom(flags, { provider: 'local', paths });
    const checked = { ...input, paths: await checkPaths(paths) };
    // Temporal's SDK takes half a second to load: what is wrong with the words so far is told sooner.
    const { runSync } = await import('../run-sync.ts');
    process.exitCode = await runSync(config, checked, flags);
  });

  const github = sync
    .command('github')
    .description('sync repositories of an organisation or a user at GitHub')
    .argument('<owner>', 'login of the organisation or user');
  github.option('--connection <name>', "a connection of ORG_SYNC_CONNECTIONS, in place of the environment's own").addHelpText('after', GITHUB_EXAMPLES);
  addWorkerOptions(addSyncOptions(github)).action(async (owner: string, flags: SyncFlags & WorkerFlags) => {
    const config = loadConfig({ db: flags.db });
    const input = inputFrom(flags, { provider: 'github', owner });
    const { runSync } = await import('../run-sync.ts');
    const { openGitHub } = await import('../../sources/github/api.ts');
    // A token that can't be any is told of before anything is started.
    await beforeWork((async () => openGitHub(gitHubConnection(config.connections, input.connection)))());
    process.exitCode = await runSync(config, input, flags);
  });
}
