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

/** Difference of clocks, in milliseconds, from which on one of them is wrong. */
const CLOCK_SKEW_MS = 60 * 60_000;

/**
 * Verifies which repository an input means. Anybody who may start a workflow can make one up, and rows are written under
 * its id. A local repository is the one at its path. A hosted one is the one that the listing has stored; the host is
 * asked only if none is stored.
 *
 * The input may be older than the stored row, as after a workflow was started again: then names and facts are taken from
 * the row.
 * @throws InvalidInput if the input has the name of one repository and the id of another.
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
  // The row of a local clone doesn't say what the host has.
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
    // A former name that now belongs to another stored repository can't be told from a made-up one.
    if (other.id === input.id || other.repo.toLowerCase() === input.name.toLowerCase())
      throw disagreement(input, `its name is ${row.repo}, and ${other.repo} is another repository`);
  }
}

/** Returns whether an input has the id of its repository, or the id that this had under the input's name. */
function isIdOf(input: Hosted, id: string): boolean {
  const { host, name, hosted } = input;
  return [id, repositoryId({ host, name }), repositoryId({ host, name: `${name}#${hosted.providerId}` })].includes(input.id);
}

function disagreement({ name, host, id }: Hosted, reason: string): InvalidInput {
  return new InvalidInput([`repository: ${name} at ${host} can't be ${id}: ${reason}; start orgSync, which starts this workflow for what it lists`]);
}

/** Returns the repository as it's stored, with the facts of its listing where they match the row. */
function asStored(input: Hosted, row: RepositoryRecord): ListedRepository {
  const { hosted } = input;
  const { id, repo: name, url, ref, isFork, isArchived, tags, settings } = row;
  // No branch is stored for an empty repository, nor before git has been read.
  const branch = row.headHash === null ? hosted.ref : ref;
  const facts = { ref: branch, isFork, isArchived, tags, settings, createdAt: row.createdAt?.toISOString() ?? hosted.createdAt };
  const { probe, ...rest } = input;
  const isCurrent = (hosted.head ?? row.headHash) === row.headHash && hosted.ref === branch;
  if (!isCurrent) return { ...rest, id, name, url, hosted: { ...hosted, ...facts, head: null } };
  return { ...rest, id, name, url, hosted: { ...hosted, ...facts }, ...(probe === undefined ? {} : { probe: dropFutureProbe(probe) }) };
}

/** Removes a probe of pull requests that starts with a future time: it would hide all changes until then. */
function dropFutureProbe({ pullRequests, ...probe }: NonNullable<ListedRepository['probe']>): NonNullable<ListedRepository['probe']> {
  if (pullRequests === undefined) return probe;
  const time = Date.parse(pullRequests.split(' ')[0] ?? '');
  return time > Date.now() + CLOCK_SKEW_MS ? probe : { ...probe, pullRequests };
}
