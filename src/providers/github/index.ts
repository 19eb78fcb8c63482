import { hostedProvider } from '../hosted/provider.ts';
import { gitHubConnectionFromEntry, gitHubConnectionFromEnvironment, gitHubEntry, gitHubEnvironment } from './settings.ts';

const HELP = `
Set GITHUB_TOKEN to a token, and for an Enterprise Server GITHUB_URL to https://<host>/api/v3.

Examples:
  $ org-sync sync github acme                                sync all repositories of an organization or user
  $ org-sync sync github acme --pattern 'acme/api-*' --no-forks --no-archived
  $ org-sync sync github acme --stages pull-requests         clone nothing`;

/** Repositories at GitHub, or an Enterprise Server. */
export const gitHub = hostedProvider({
  name: 'github',
  title: 'GitHub',
  environment: gitHubEnvironment,
  connectionSchema: gitHubEntry,
  command: {
    description: 'sync the repositories of a GitHub organization or user',
    argument: ['<owner>', 'login of the organization or user'],
    options: [],
    help: HELP,
  },
  missingConnection:
    'GITHUB_TOKEN is not set in the environment of the command or the worker: set it to a personal access token (create one at https://github.com/settings/tokens), or set GITHUB_APP_ID, GITHUB_APP_PRIVATE_KEY and GITHUB_APP_INSTALLATION_ID',
  connectionFromEnvironment: gitHubConnectionFromEnvironment,
  connectionFromEntry: gitHubConnectionFromEntry,
  checkConnection: async (connection) => void (await import('./api.ts')).openGitHub(connection),
  openSource: async (find, clones) => (await import('./source.ts')).gitHubSource(find, clones),
});
