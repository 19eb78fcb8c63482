import { FatalError } from '../../model/errors.ts';
import { prepareHosted } from '../hosted/prepare.ts';
import type { Source } from '../source.ts';
import { type GitHub, type GitHubConnection, openGitHub } from './api.ts';
import { webUrl } from './connection.ts';
import { listRepositories } from './listing/list.ts';
import { pullRequestReader } from './pull-requests/reader.ts';

/** An owner's and a repository's name as GitHub lets one choose them; '.' and '..' would lead elsewhere in an address. */
const FULL_NAME = /^(?!\.{1,2}\/)[\w.-]+\/(?!\.{1,2}$)[\w.-]+$/;

/** Branches of forks, and what merging them would give: most of them were never part of the repository. */
const LEFT_OUT = ['^refs/pull/*'];

const NEEDS = "the permission 'Contents: read', or the scope 'repo'";

/**
 * Repositories at GitHub.
 * @param connectionOf The connection of a name, or the one without; throws InvalidInput where there is none.
 * @param cacheBytes How many bytes all clones of this home may take.
 */
export function gitHubSource(connectionOf: (name: string | undefined) => GitHubConnection, cacheBytes: number): Source {
  const opened = new Map<string | undefined, { github: GitHub; web: string }>();
  const open = (name: string | undefined) => {
    let found = opened.get(name);
    if (found === undefined) {
      const connection = connectionOf(name);
      found = { github: openGitHub(connection), web: webUrl(connection.url) };
      opened.set(name, found);
    }
    return found;
  };
  /** What was listed by one GitHub isn't asked of another: whoever may start a workflow doesn't choose where a token goes. */
  const openFor = ({ host, name }: { host: string; name: string }, connection: string | undefined) => {
    const found = open(connection);
    if (host !== found.github.host) throw new FatalError(`${name} is at ${host}, and this worker's connection goes to ${found.github.host}`);
    if (!FULL_NAME.test(name)) throw new FatalError(`'${name}' can't be the name of a repository at GitHub; write owner/name`);
    return found;
  };
  return {
    check: (repository, { connection }) => {
      openFor(repository, connection);
    },
    list: (input, after, signal) => listRepositories(open(input.connection).github, input, after, signal),
    prepare: async (repository, { connection }, { gitDir, refsFile }, signal) => {
      const { github, web } = openFor(repository, connection);
      const credentials = async () => ({ username: 'x-access-token', password: await github.token() });
      return prepareHosted({
        repository,
        gitDir,
        refsFile,
        url: `${web}/${repository.name}.git`,
        credentials,
        leftOut: LEFT_OUT,
        needs: NEEDS,
        cacheBytes,
        signal,
      });
    },
    pullRequests: pullRequestReader(({ repository, options }) => openFor(repository, options.connection).github),
  };
}
