import { hostedProvider } from '../hosted/provider.ts';
import { gitLabConnectionFromEntry, gitLabConnectionFromEnvironment, gitLabEntry, gitLabEnvironment } from './settings.ts';

const HELP = `
Set GITLAB_TOKEN to a token, and for a self-managed GitLab GITLAB_URL to its address, including its path if it has one.

Examples:
  $ org-sync sync gitlab acme                                all projects of a user, or of a group and its subgroups
  $ org-sync sync gitlab acme/tools --pattern 'acme/tools/*-api' --no-forks --no-archived
  $ org-sync sync gitlab acme/tools/cli                      a single project`;

/** Projects at GitLab. */
export const gitLab = hostedProvider({
  name: 'gitlab',
  title: 'GitLab',
  environment: gitLabEnvironment,
  connectionSchema: gitLabEntry,
  command: {
    description: 'sync the projects of a GitLab group with its subgroups, or of a user, or a single project',
    argument: ['<group>', 'full path of the group or project, or name of the user'],
    options: [['--shared', 'include projects of others that are shared with the group']],
    help: HELP,
  },
  missingConnection:
    'GITLAB_TOKEN is not set in the environment of the command or the worker: set it to a personal, group or project access token with the scopes read_api and read_repository (create one at https://gitlab.com/-/user_settings/personal_access_tokens)',
  connectionFromEnvironment: gitLabConnectionFromEnvironment,
  connectionFromEntry: gitLabConnectionFromEntry,
  checkConnection: async (connection) => void (await import('./api.ts')).openGitLab(connection),
  openSource: async (find, clones) => (await import('./source.ts')).gitLabSource(find, clones),
});
