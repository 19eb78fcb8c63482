import { FatalError } from '../../model/errors.ts';
import type { RepositoryOptions } from '../../model/input.ts';
import type { ListedRepository } from '../../model/repository.ts';
import { bringCommits, type MirrorOrigin } from '../hosted/mirror.ts';
import { prepareHosted } from '../hosted/prepare.ts';
import type { Source } from '../source.ts';
import { type GitLab, type GitLabConnection, openGitLab } from './api.ts';
import { changedProjects } from './listing/changes.ts';
import { listProjects } from './listing/list.ts';
import { mergeRequestReader } from './merge-requests/reader.ts';

/**
 * Groups, one below the other, and a project; each may begin with a dot, as '.github' does.
 * @see https://gitlab.com/gitlab-org/gitlab/-/blob/master/lib/gitlab/path_regex.rb PATH_START_CHAR
 */
const FULL_NAME = /^(?!.*(^|\/)\.\.?(\/|$))[\w.][\w.-]*(\/[\w.][\w.-]*)+$/;

/** What GitLab keeps for itself: what merging would give, commits of pipelines, environments and comments. */
const LEFT_OUT = ['^refs/merge-requests/*/merge', '^refs/merge-requests/*/train', '^refs/keep-around/*', '^refs/pipelines/*', '^refs/environments/*'];

/** Heads of merge requests, forks' among them: needed to count lines, and not part of what a repository's owner has in it. */
const HIDDEN = 'refs/merge-requests/';

const NEEDS = "the scope 'read_repository', of somebody with at least the role Reporter";

/**
 * Projects at GitLab.
 * @param connectionOf The connection of a name, or the one without; throws InvalidInput where there is none.
 * @param cacheBytes How many bytes all clones of this home may take.
 */
export function gitLabSource(connectionOf: (name: string | undefined) => GitLabConnection, cacheBytes: number): Source {
  const opened = new Map<string | undefined, GitLab>();
  const open = (name: string | undefined) => {
    const gitlab = opened.get(name) ?? openGitLab(connectionOf(name));
    opened.set(name, gitlab);
    return gitlab;
  };
  /** What was listed by one GitLab isn't asked of another: whoever may start a workflow doesn't choose where a token goes. */
  const openFor = ({ host, name }: { host: string; name: string }, connection: string | undefined) => {
    const gitlab = open(connection);
    if (host !== gitlab.host) throw new FatalError(`${name} is at ${host}, and this worker's connection goes to ${gitlab.host}`);
    if (!FULL_NAME.test(name)) throw new FatalError(`'${name}' can't be the path of a project at GitLab; write group/project`);
    return gitlab;
  };
  const originOf = (repository: ListedRepository, { connection }: RepositoryOptions, gitDir: string, signal: AbortSignal): MirrorOrigin => {
    const { url, credentials } = openFor(repository, connection);
    return { gitDir, url: `${url}/${repository.name}.git`, credentials: async () => credentials(), needs: NEEDS, signal };
  };
  return {
    list: (input, after, signal) => listProjects(open(input.connection), input, after, signal),
    changedPullRequests: (input, since, signal) => changedProjects(open(input.connection), input.owner ?? '', since, signal),
    check: (repository, { connection }) => void openFor(repository, connection),
    prepare: async (repository, options, { gitDir, refsFile }, signal) =>
      prepareHosted({ repository, refsFile, ...originOf(repository, options, gitDir, signal), leftOut: LEFT_OUT, hidden: HIDDEN, cacheBytes }),
    pullRequestsReadGit: true,
    pullRequests: mergeRequestReader(
      ({ repository, options }) => openFor(repository, options.connection),
      ({ repository, options, git: { gitDir, signal = new AbortController().signal } }, hashes) =>
        bringCommits(originOf(repository, options, gitDir, signal), hashes),
    ),
  };
}
