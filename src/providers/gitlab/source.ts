import { RETRIES, withRetries } from '../../http/retry.ts';
import type { RepositoryOptions } from '../../model/input.ts';
import type { ListedRepository } from '../../model/repository.ts';
import { holdClone } from '../hosted/hold-clone.ts';
import { HostPool } from '../hosted/host-pool.ts';
import { fetchCommits, type MirrorOrigin } from '../hosted/mirror.ts';
import { type CloneResources, prepareHosted } from '../hosted/prepare.ts';
import type { FindConnection } from '../hosted/provider.ts';
import { hostedRecord } from '../hosted/record.ts';
import type { Source } from '../source.ts';
import type { GitLabConnection } from './connection.ts';
import { changedProjects } from './listing/changes.ts';
import { listProjects, lookUpProject } from './listing/list.ts';
import { gitLabMergeRequests } from './merge-requests/reader.ts';

/**
 * Groups, one below the other, and a project; each may begin with a dot, as '.github' does.
 * @see https://gitlab.com/gitlab-org/gitlab/-/blob/master/lib/gitlab/path_regex.rb PATH_START_CHAR
 */
const NAMING = { pattern: /^(?!.*(^|\/)\.\.?(\/|$))[\w.][\w.-]*(\/[\w.][\w.-]*)+$/, called: 'the path of a project at GitLab; write group/project' };

/** GitLab's internal refs: test merges, and commits of pipelines, environments and comments. */
const EXCLUDED_REFS = ['^refs/merge-requests/*/merge', '^refs/merge-requests/*/train', '^refs/keep-around/*', '^refs/pipelines/*', '^refs/environments/*'];

/** Heads of merge requests, including those of forks: needed to count lines, but not part of the repository itself. */
const HIDDEN = 'refs/merge-requests/';

const NEEDS = "the scope 'read_repository', of somebody with at least the role Reporter";

/**
 * Projects at GitLab.
 */
export function gitLabSource(connectionOf: FindConnection<GitLabConnection>, { program, cacheBytes }: CloneResources): Source {
  const hosts = new HostPool(connectionOf, async (connection) => (await import('./api.ts')).openGitLab(connection), NAMING);
  const originOf = async (repository: ListedRepository, { connection }: RepositoryOptions, gitDir: string, signal: AbortSignal): Promise<MirrorOrigin> => {
    const { url, credentials } = await hosts.of(repository, connection);
    return { program, gitDir, url: `${url}/${repository.name}.git`, credentials: async () => credentials(), needs: NEEDS, signal };
  };
  return {
    list: async (input, after, signal) => listProjects(await hosts.get(input.connection), input, after, signal),
    changedPullRequests: async (input, since, signal) => changedProjects(await hosts.get(input.connection), input.owner ?? '', since, signal),
    check: (repository, { connection }) => hosts.of(repository, connection),
    look: async (repository, { connection }, signal) =>
      lookUpProject(await hosts.of(repository, connection), repository.hosted?.providerId ?? repository.name, signal),
    prepare: async (repository, options, { gitDir, refsFile }, signal) =>
      prepareHosted({
        repository,
        refsFile,
        ...(await originOf(repository, options, gitDir, signal)),
        excludedRefs: EXCLUDED_REFS,
        hidden: HIDDEN,
        cacheBytes,
      }),
    hold: holdClone,
    listedRecord: hostedRecord,
    pullRequests: gitLabMergeRequests(
      ({ repository, options }) => hosts.of(repository, options.connection),
      async ({ repository, options, git: { gitDir, signal = new AbortController().signal } }, hashes) => {
        const origin = await originOf(repository, options, gitDir, signal);
        await withRetries(() => fetchCommits(origin, hashes), RETRIES, signal);
      },
    ),
  };
}
