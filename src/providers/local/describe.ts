import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ListedRepository } from '../../model/repository.ts';
import { localRepositoryId, parseRemote, repositoryId } from '../identity.ts';
import type { LocalRepository } from './discover.ts';

/** What a listing says of a local repository: known by its remote, or by its path where it has none. */
export function describe(local: LocalRepository): ListedRepository {
  const remote = remoteUrl(local);
  const known = remote === undefined ? null : parseRemote(remote);
  if (known === null) {
    return {
      provider: 'local',
      id: localRepositoryId(local.path),
      host: '',
      name: basename(local.path),
      url: pathToFileURL(local.path).href,
      path: local.found,
    };
  }
  return { provider: 'local', id: repositoryId(known), ...known, url: `https://${known.host}/${known.name}`, path: local.found };
}

/** URL of `origin`, or of the first remote where there is no origin; the user's `insteadOf` rules don't apply. */
function remoteUrl({ config: { remotes } }: LocalRepository): string | undefined {
  return (remotes.find(({ name }) => name === 'origin') ?? remotes[0])?.url;
}
