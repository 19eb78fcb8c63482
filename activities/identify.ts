import { overlongField } from '../src/model/bounds.ts';
import { FatalError, InvalidInput } from '../src/model/errors.ts';
import type { RepositoryOptions } from '../src/model/input.ts';
import type { HostedFacts, ListedRepository } from '../src/model/repository.ts';
import { repositoryId } from '../src/providers/identity.ts';
import type { RepositoryRecord } from '../src/schema/repos.ts';
import type { Store } from '../src/stores/store.ts';
import type { ActivityDeps } from './deps.ts';
import { refreshRows, resolveStoredIds } from './known-repositories.ts';

type Hosted = ListedRepository & { hosted: HostedFacts };

/** Clocks that differ by more than this are wrong. */
const CLOCK_SKEW_MS = 60 * 60_000;

/**
 * Establishes which repository an input means. Anybody who may start a workflow may make one up, and rows are written
 * under its id. A local repository is what its path holds. One at a host is what the listing has stored of it; the host
 * is asked only if the listing hasn't.
 *
 * The input may be older than what is stored, as when a workflow is started again: then names and facts are the stored
 * ones.
 * @throws InvalidInput if the input names a repository, and the id of another.
 */
export async function identify(
  { store, sources }: Pick<ActivityDeps, 'store' | 'sources'>,
  repository: ListedRepository,
  options: RepositoryOptions,
  signal: AbortSignal,
): Promise<ListedRepository> {
  const source = sources[repository.provider];
  const look = async () => {
    const found = await source.look(repository, options, signal);
    const overlong = found && overlongField(found);
    if (overlong !== undefined) throw new FatalError(overlong);
    return found;
  };
  await source.check?.(repository, options);
  const { hosted } = repository;
  if (repository.provider === 'local' || hosted === undefined) {
    const found = await look();
    if (found === undefined) throw new InvalidInput([`repository: ${repository.name} isn't there`]);
    return repository.label === undefined ? found : { ...found, label: repository.label };
  }
  const input = { ...repository, hosted };
  const [row] = await store.select('repos', { host: input.host, providerId: hosted.providerId });
  // A clone of it says nothing of what the host has.
  if (row?.provider === input.provider) {
    await checkClaims(store, input, row);
    return asStored(input, row);
  }
  const found = await look();
  if (found?.hosted?.providerId !== hosted.providerId)
    throw disagreement(input, `there is no repository with the id ${hosted.providerId} that the token can see`);
  const known = await resolveStoredIds(store, [found]);
  const [listed = found] = known.repositories;
  if (!isIdOf(input, listed.id)) throw disagreement(input, `its id is ${listed.id}`);
  await refreshRows(store, known.repositories, known.rows);
  return listed;
}

/** @throws InvalidInput if the input's id or name belongs to another repository than the stored one. */
async function checkClaims(store: Store, input: Hosted, row: RepositoryRecord): Promise<void> {
  if (!isIdOf(input, row.id)) throw disagreement(input, `its id is ${row.id}`);
  const named = repositoryId(input);
  for (const other of await store.select('repos', { id: { in: [...new Set([input.id, named])] } })) {
    if (other.id === row.id || other.providerId === null) continue;
    // A name that the repository had before, and that has been stored since as another's, is indistinguishable from a made-up one.
    if (other.id === input.id || other.repo.toLowerCase() === input.name.toLowerCase())
      throw disagreement(input, `its name is ${row.repo}, and ${other.repo} is another repository`);
  }
}

/** Whether an input says the id that its repository has, or had under the name that the input says. */
function isIdOf(input: Hosted, id: string): boolean {
  const { host, name, hosted } = input;
  return [id, repositoryId({ host, name }), repositoryId({ host, name: `${name}#${hosted.providerId}` })].includes(input.id);
}

function disagreement({ name, host, id }: Hosted, reason: string): InvalidInput {
  return new InvalidInput([`repository: ${name} at ${host} can't be ${id}: ${reason}; start orgSync, which starts this workflow for what it lists`]);
}

/** The repository as it's stored, with what only its listing tells where that is what was stored. */
function asStored(input: Hosted, row: RepositoryRecord): ListedRepository {
  const { hosted } = input;
  const { id, repo: name, url, ref, isFork, isArchived, tags, settings } = row;
  // Of a repository whose git hasn't been read, or that is empty, no branch is stored.
  const branch = row.headHash === null ? hosted.ref : ref;
  const facts = { ref: branch, isFork, isArchived, tags, settings, createdAt: row.createdAt?.toISOString() ?? hosted.createdAt };
  const { probe, ...rest } = input;
  const isCurrent = (hosted.head ?? row.headHash) === row.headHash && hosted.ref === branch;
  if (!isCurrent) return { ...rest, id, name, url, hosted: { ...hosted, ...facts, head: null } };
  return { ...rest, id, name, url, hosted: { ...hosted, ...facts }, ...(probe === undefined ? {} : { probe: withoutFuture(probe) }) };
}

/** A probe of pull requests may begin with the time up to which they are known: one to come would hide all changes until then. */
function withoutFuture({ pullRequests, ...probe }: NonNullable<ListedRepository['probe']>): NonNullable<ListedRepository['probe']> {
  if (pullRequests === undefined) return probe;
  const time = Date.parse(pullRequests.split(' ')[0] ?? '');
  return time > Date.now() + CLOCK_SKEW_MS ? probe : { ...probe, pullRequests };
}
