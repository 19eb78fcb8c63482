import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ask, gitCommands } from '../../git/commands.ts';
import type { ListedRepository } from '../../model/repository.ts';
import { localRepositoryId, parseRemote, repositoryId } from '../identity.ts';
import type { LocalRepository } from './discover.ts';

/** What a listing says of a local repository: known by its remote, or by its path where it has none. */
export async function describe(local: LocalRepository): Promise<ListedRepository> {
  const remote = await remoteUrl(local);
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
async function remoteUrl(local: LocalRepository): Promise<string | undefined> {
  const words = ['config', '--file', `${local.commonDir}/config`, '-z', '--get-regexp', '^remote\\..*\\.url$'];
  const answer = (await ask(gitCommands('/'), ...words)) ?? '';
  const remotes = answer
    .split('\0')
    .filter((entry) => entry.includes('\n'))
    .map((entry) => ({ key: entry.slice(0, entry.indexOf('\n')), url: entry.slice(entry.indexOf('\n') + 1) }));
  return (remotes.find((remote) => remote.key === 'remote.origin.url') ?? remotes[0])?.url;
}
