import type { OrgSyncInput } from '../src/model/input.ts';
import type { ListedRepository, RepositoryPage } from '../src/model/repository.ts';
import { hostedRecord } from '../src/providers/hosted/record.ts';
import { formerRepositoryIds, repositoryId } from '../src/providers/identity.ts';
import type { Source } from '../src/providers/source.ts';
import type { RepositoryRecord } from '../src/schema/repos.ts';
import type { Store } from '../src/stores/store.ts';
import { isUnchangedByListing } from './stage-fingerprint.ts';
import { needsGitFolder, stagesOf } from './stages/source-stage.ts';

/** Repositories of a page as the database knows them. */
export interface KnownRepositories {
  /** Under the ids they are stored with. */
  repositories: ListedRepository[];
  /** Rows by id, of those that are stored. */
  rows: Map<string, RepositoryRecord>;
}

/**
 * Replaces the ids of listed repositories by those that they are stored under. A repository that was renamed or moved keeps
 * its row; one that took over another's former name gets an id of its own.
 */
export async function resolveStoredIds(store: Store, listed: readonly ListedRepository[]): Promise<KnownRepositories> {
  const rows = new Map<string, RepositoryRecord>();
  const repositories: ListedRepository[] = [];
  for (const [host, group] of Map.groupBy(listed, ({ host }) => host)) {
    const hosted = group.flatMap(({ hosted, ...rest }) => (hosted === undefined ? [] : [{ ...rest, hosted }]));
    if (hosted.length === 0) {
      repositories.push(...group);
      continue;
    }
    const known = await store.select('repos', { host, providerId: { in: hosted.map(({ hosted: { providerId } }) => providerId) } });
    const byProviderId = new Map(known.map((row) => [row.providerId, row]));
    const namesakes = new Map((await store.select('repos', { id: { in: hosted.map(({ id }) => id) } })).map((row) => [row.id, row]));
    for (const repository of hosted) {
      const { providerId } = repository.hosted;
      const holder = namesakes.get(repository.id);
      const row = byProviderId.get(providerId) ?? (holder?.providerId === null || holder?.providerId === providerId ? holder : undefined);
      const taken = row === undefined && holder !== undefined;
      const id = row?.id ?? (taken ? repositoryId({ host, name: `${repository.name}#${providerId}` }) : repository.id);
      if (row !== undefined) rows.set(id, row);
      repositories.push({ ...repository, id });
    }
  }
  return { repositories, rows };
}

/** Finds the repositories with rows under ids of earlier versions; returns these ids. */
export async function findFormerRows(store: Store, repositories: readonly ListedRepository[]): Promise<Map<string, string[]>> {
  const former = new Map(repositories.map((repository) => [repository.id, formerRepositoryIds(repository).filter((id) => id !== repository.id)]));
  const ids = [...former.values()].flat();
  if (ids.length === 0) return new Map();
  const stored = new Set([
    ...(await store.select('repos', { id: { in: ids } }, ['id'])).map(({ id }) => id),
    ...(await store.syncStates(ids)).map(({ repoId }) => repoId),
  ]);
  return new Map([...former].map(([id, each]) => [id, each.filter((formerId) => stored.has(formerId))] as const).filter(([, each]) => each.length > 0));
}

/** Moves a repository's rows from ids of earlier versions to its present id. */
export async function moveFormerRows(store: Store, repository: ListedRepository): Promise<void> {
  for (const [id, former] of await findFormerRows(store, [repository])) for (const each of former) await store.moveRepository(each, id);
}

/**
 * Separates the listed repositories whose listing shows nothing new from the others.
 * @returns Also the heads that the rows of the unchanged ones were read from, by id.
 */
export async function partitionUnchanged(store: Store, source: Source, input: OrgSyncInput, { repositories, rows }: KnownRepositories) {
  const candidates = input.full === true ? [] : repositories.filter(({ id, probe }) => probe !== undefined && rows.has(id));
  const former = await findFormerRows(store, candidates);
  const states = Map.groupBy(await store.syncStates(candidates.map(({ id }) => id)), ({ repoId }) => repoId);
  const stages = stagesOf(source, input);
  const hasGitFolder = needsGitFolder(stages);
  const unchanged = candidates.filter((repository) => {
    if (former.has(repository.id)) return false;
    const saved = new Map(states.get(repository.id)?.map((state) => [state.stage, state]));
    return stages.every((stage) => isUnchangedByListing(stage, repository, input, stage.parseState(saved.get(stage.name)), hasGitFolder));
  });
  const ids = new Set(unchanged.map(({ id }) => id));
  const ofGit = stages.find(({ reads }) => reads === 'git');
  const heads = new Map(
    unchanged.flatMap(({ id }) => {
      const state = states.get(id)?.find(({ stage }) => stage === ofGit?.name);
      return state === undefined ? [] : [[id, state.headHash] as const];
    }),
  );
  return { unchanged, heads, changed: repositories.filter(({ id }) => !ids.has(id)) };
}

/**
 * Writes the rows of a host's repositories as they are listed. Unchanged repositories may have a new name or new settings,
 * and the inputs of the others' runs are compared with their rows.
 * @param heads Heads that are known to be stored, by id.
 */
export async function refreshRows(
  store: Store,
  listed: readonly ListedRepository[],
  rows: ReadonlyMap<string, RepositoryRecord>,
  heads: ReadonlyMap<string, string | null> = new Map(),
): Promise<void> {
  const upsert = listed.flatMap((repository) => {
    if (repository.hosted === undefined) return [];
    const row = rows.get(repository.id);
    // The last run to write the row may have pinned an older state.
    const record = hostedRecord(repository, heads.get(repository.id) ?? listedHead(repository, row));
    // An empty repository has no branch, whatever its listing names; whether a new one is empty isn't known yet.
    return [row === undefined ? { ...record, ref: repository.hosted.ref } : record];
  });
  if (upsert.length > 0) await store.write([{ table: 'repos', upsert }]);
}

/** Returns the head of a repository whose git isn't read: the listed one, else the stored one. */
export function listedHead({ hosted }: ListedRepository, row: RepositoryRecord | undefined): string | null {
  return hosted?.head ?? (hosted?.ref == null ? null : (row?.headHash ?? null));
}

/** Reads the row of a repository. */
export async function storedRow(store: Store, { id }: { id: string }): Promise<RepositoryRecord | undefined> {
  return (await store.select('repos', { id }))[0];
}

/**
 * Keeps the host's facts in the row of a local clone, which doesn't know them. Without the host's id a rename at the host
 * would add a second row.
 */
export async function keepHostIdentity(store: Store, record: RepositoryRecord): Promise<RepositoryRecord> {
  if (record.providerId !== null) return record;
  const stored = await storedRow(store, record);
  if (stored === undefined || stored.providerId === null) return record;
  const { host, repo, providerId, createdAt, removedAt } = stored;
  // For a host below a path, a clone takes the path for the first part of the name.
  return { ...record, providerId, createdAt, removedAt, ...(host === record.host ? {} : { host, repo }) };
}

/** Sets `removed_at` of stored repositories that the page should hold and doesn't, and clears it of those that are back. */
export async function markRemoved(store: Store, covers: NonNullable<RepositoryPage['covers']>, now: Date): Promise<void> {
  const { owner } = covers;
  const stored = await storedWithin(store, covers);
  const listed = new Set(covers.providerIds);
  const prefix = `${owner.toLowerCase()}/`;
  const gone = stored.filter(
    ({ providerId, removedAt, repo }) => providerId !== null && removedAt === null && !listed.has(providerId) && repo.toLowerCase().startsWith(prefix),
  );
  // Nobody else writes those that weren't selected or can't be read.
  const back = stored.filter(({ providerId, removedAt }) => removedAt !== null && providerId !== null && listed.has(providerId));
  const upsert = [...gone.map((row) => ({ ...row, removedAt: now })), ...back.map((row) => ({ ...row, removedAt: null }))];
  if (upsert.length > 0) await store.write([{ table: 'repos', upsert }]);
}

/** Reads the stored repositories of a page: by time from `after` on, as several may share it, and before `upTo`. */
function storedWithin(store: Store, { host, orderedBy, after, upTo }: NonNullable<RepositoryPage['covers']>): Promise<RepositoryRecord[]> {
  if (orderedBy === 'id') return store.select('repos', { host, providerId: { above: after, upTo } });
  const created = { from: after === undefined ? undefined : new Date(after), before: upTo === undefined ? undefined : new Date(upTo) };
  return store.select('repos', { host, createdAt: created });
}
