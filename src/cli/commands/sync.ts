import type { Command } from 'commander';
import { type Config, loadConfig } from '../../config.ts';
import { gitHubConnection, gitLabConnection } from '../../connections.ts';
import { isInRepositoryOf } from '../../providers/local/discover.ts';
import { checkPaths } from '../../providers/local/list.ts';
import { beforeWork } from '../exit.ts';
import { addConnectionOption, addSyncOptions, addWorkerOptions, inputFrom, type SyncFlags, type WorkerFlags } from '../options.ts';
import { tell } from '../output.ts';

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

const GITLAB_EXAMPLES = `
The token comes from GITLAB_TOKEN; GITLAB_URL is the address of a GitLab of your own, with its path where it has one.

Examples:
  $ org-sync sync gitlab acme                                all projects of a group and its subgroups, or of a user
  $ org-sync sync gitlab acme/tools --pattern 'acme/tools/*-api' --no-forks --no-archived
  $ org-sync sync gitlab acme/tools/cli                      a single project`;

/** `org-sync sync local <path…>`, `org-sync sync github <owner>`, `org-sync sync gitlab <group>` */
export function addSyncCommand(program: Command): void {
  const sync = program.command('sync').description('run one sync to its end');
  const local = sync.command('local').description('sync repositories on this machine').argument('<path...>', 'repositories, or folders that contain some');
  local.addHelpText('after', LOCAL_EXAMPLES);
  addWorkerOptions(addSyncOptions(local)).action(async (paths: string[], flags: SyncFlags & WorkerFlags) => {
    const strangersDotenv = await isInRepositoryOf(process.cwd(), paths);
    const config = loadConfig({ db: flags.db, strangersDotenv, report: tell });
    const input = inputFrom(flags, { provider: 'local', paths });
    const checked = { ...input, paths: await checkPaths(paths) };
    // Temporal's SDK takes half a second to load: what is wrong with the words so far is told sooner.
    const { runSync } = await import('../run-sync.ts');
    process.exitCode = await runSync(config, checked, flags);
  });

  const github = sync
    .command('github')
    .description('sync repositories of an organisation or a user at GitHub')
    .argument('<owner>', 'login of the organisation or user')
    .addHelpText('after', GITHUB_EXAMPLES);
  addHostedSync(github, 'github', async ({ connections }, connection) => {
    const { openGitHub } = await import('../../providers/github/api.ts');
    openGitHub(gitHubConnection(connections, connection));
  });

  const gitlab = sync
    .command('gitlab')
    .description('sync projects of a group and its subgroups, or of a user, or a single one, at GitLab')
    .argument('<group>', "full path of the group or the project, or a user's name")
    .option('--shared', 'with projects of others that are shared with the group')
    .addHelpText('after', GITLAB_EXAMPLES);
  addHostedSync(gitlab, 'gitlab', async ({ connections }, connection) => {
    const { openGitLab } = await import('../../providers/gitlab/api.ts');
    openGitLab(gitLabConnection(connections, connection));
  });
}

/**
 * What `sync` does for a code host.
 * @param check Throws where the connection can't be used: that is told of before anything is started.
 */
function addHostedSync(command: Command, provider: 'github' | 'gitlab', check: (config: Config, connection: string | undefined) => Promise<void>): void {
  addWorkerOptions(addSyncOptions(addConnectionOption(command))).action(async (owner: string, flags: SyncFlags & WorkerFlags) => {
    const config = loadConfig({ db: flags.db });
    const input = inputFrom(flags, { provider, owner });
    // Temporal's SDK takes half a second to load: what is wrong so far is told sooner.
    const { runSync } = await import('../run-sync.ts');
    await beforeWork(check(config, input.connection));
    process.exitCode = await runSync(config, input, flags);
  });
}
