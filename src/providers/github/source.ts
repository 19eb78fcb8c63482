import type { Credentials } from '../hosted/credentials.ts';
import { holdClone } from '../hosted/hold-clone.ts';
import { HostPool } from '../hosted/host-pool.ts';
import { type CloneResources, prepareHosted } from '../hosted/prepare.ts';
import type { FindConnection } from '../hosted/provider.ts';
import { hostedRecord } from '../hosted/record.ts';
import type { Source } from '../source.ts';
import type { GitHubConnection } from './connection.ts';
import { listRepositories, lookUpRepository } from './listing/list.ts';
import { gitHubPullRequests } from './pull-requests/reader.ts';

/** Names of owners and repositories that GitHub allows; '.' and '..' would change the path of a URL. */
const NAMING = { pattern: /^(?!\.{1,2}\/)[\w.-]+\/(?!\.{1,2}$)[\w.-]+$/, called: 'the name of a repository at GitHub; write owner/name' };

/** Branches of forks and their test merges: most of them were never part of the repository. */
const EXCLUDED_REFS = ['^refs/pull/*'];

const NEEDS = "the permission 'Contents: read', or the scope 'repo'";

/**
 * Repositories at GitHub.
 */
export function gitHubSource(connectionOf: FindConnection<GitHubConnection>, { program, cacheBytes }: CloneResources): Source {
  const hosts = new HostPool(connectionOf, async (connection) => (await import('./api.ts')).openGitHub(connection), NAMING);
  return {
    check: (repository, { connection }) => hosts.of(repository, connection),
    list: async (input, after, signal) => listRepositories(await hosts.get(input.connection), input, after, signal),
    look: async (repository, { connection }, signal) => lookUpRepository(await hosts.of(repository, connection), repository.name, signal),
    prepare: async (repository, { connection }, { gitDir, refsFile }, signal) => {
      const github = await hosts.of(repository, connection);
      const credentialsOf = (password: string) => ({ username: 'x-access-token', password });
      const credentials = async () => credentialsOf(await github.token());
      const otherCredentials = async (refused: Credentials) => {
        const token = await github.anotherToken(refused.password);
        return token === undefined ? undefined : credentialsOf(token);
      };
      const url = `${github.url}/${repository.name}.git`;
      return prepareHosted({
        program,
        repository,
        gitDir,
        refsFile,
        url,
        credentials,
        otherCredentials,
        excludedRefs: EXCLUDED_REFS,
        needs: NEEDS,
        cacheBytes,
        signal,
      });
    },
    hold: holdClone,
    listedRecord: hostedRecord,
    pullRequests: gitHubPullRequests(({ repository, options }) => hosts.of(repository, options.connection)),
  };
}
