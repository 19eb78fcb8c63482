import { FatalError } from '../../model/errors.ts';
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

/** What GitLab keeps for itself: heads of merge requests, forks' among them, commits of pipelines, environments and comments. */
const LEFT_OUT = ['^refs/merge-requests/*', '^refs/keep-around/*', '^refs/pipelines/*', '^refs/environments/*'];

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
  return {
    list: (input, after, signal) => listProjects(open(input.connection), input, after, signal),
    changedPullRequests: (input, since, signal) => changedProjects(open(input.connection), input.owner ?? '', since, signal),
    check: (repository, { connection }) => void openFor(repository, connection),
    prepare: async (repository, { connection }, { gitDir, refsFile }, signal) => {
      const { url, credentials } = openFor(repository, connection);
      const clone = { url: `${url}/${repository.name}.git`, credentials: async () => credentials(), leftOut: LEFT_OUT, needs: NEEDS };
      return prepareHosted({ repository, gitDir, refsFile, ...clone, cacheBytes, signal });
    },
    pullRequests: mergeRequestReader(({ repository, options }) => openFor(repository, options.connection)),
  };
}
