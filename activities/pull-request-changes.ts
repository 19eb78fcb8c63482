import type { OrgSyncInput } from '../src/model/input.ts';
import { type ListedRepository, OFF, UNFINISHED } from '../src/model/repository.ts';
import { orderedStages } from '../src/model/stages.ts';
import type { PullRequestChanges, Source } from '../src/providers/source.ts';
import type { Store, StoredState } from '../src/stores/store.ts';
import type { KnownRepositories } from './known-repositories.ts';

/** Repositories whose pull requests were last looked at so much before others' ask for themselves: they'd have everybody's changes read again. */
const LAG_MS = 7 * 24 * 60 * 60_000;

/**
 * Gives repositories a probe of their pull requests by asking once what changed among all of an owner's. A probe says up
 * to when ('asOf', by the host's clock) a repository's pull requests are stored; those with changes since get another one.
 * @param carried What an earlier page of the same listing asked; null where the owner can't be asked.
 */
export async function probePullRequests(
  store: Store,
  source: Source,
  input: OrgSyncInput,
  { repositories, rows }: KnownRepositories,
  carried: PullRequestChanges | null | undefined,
  signal: AbortSignal,
): Promise<{ known: KnownRepositories; changes: PullRequestChanges | null }> {
  const asked = orderedStages(input.stages).includes('pull-requests') && carried !== null;
  if (source.changedPullRequests === undefined || !asked) return { known: { repositories, rows }, changes: null };
  const states = new Map<string, StoredState>();
  for (const state of input.full === true ? [] : await store.syncStates(repositories.map(({ id }) => id))) {
    const { probe } = state.cursor;
    if (state.stage === 'pull-requests' && typeof probe === 'string' && !tellsNoTime(probe)) states.set(state.repoId, state);
  }
  const changes = carried ?? (await source.changedPullRequests(input, sinceOf([...states.values()]), signal)) ?? null;
  if (changes === null) return { known: { repositories, rows }, changes };

  const fresh = `${changes.asOf} ${new Date().toISOString()}`;
  const probed: ListedRepository[] = [];
  for (const repository of repositories) {
    // The answer tells nothing of others' repositories that are shared with the owner, nor of pull requests that are switched off or come with old times.
    if (tellsNoTime(repository.probe?.pullRequests) || !repository.name.toLowerCase().startsWith(`${input.owner}/`.toLowerCase())) {
      probed.push(repository);
      continue;
    }
    const state = states.get(repository.id);
    const id = repository.hosted?.providerId ?? '';
    let probe = fresh;
    if (state !== undefined && changes.since !== null && changes.changed?.includes(id) === false && asOf(state) >= changes.since) {
      probe = asOf(state) < changes.asOf ? fresh : String(state.cursor['probe']);
      // Nothing has changed up to a later time: the next question begins there.
      if (probe === fresh) await store.refreshSyncState(repository.id, 'pull-requests', state.token, { ...state, cursor: { ...state.cursor, probe } });
    }
    probed.push({ ...repository, probe: { ...repository.probe, pullRequests: probe } });
  }
  return { known: { repositories: probed, rows }, changes };
}

function tellsNoTime(probe: string | undefined): boolean {
  return probe === OFF || probe === UNFINISHED;
}

/** From when on to ask; null where nothing is stored yet. */
function sinceOf(states: readonly StoredState[]): string | null {
  const times = states.map(asOf).toSorted();
  const newest = times.at(-1);
  return newest === undefined ? null : (times.find((time) => Date.parse(time) >= Date.parse(newest) - LAG_MS) ?? newest);
}

function asOf({ cursor }: StoredState): string {
  return String(cursor['probe']).split(' ')[0] ?? '';
}
