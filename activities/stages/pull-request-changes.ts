import { z } from 'zod';
import { type ListedRepository, OFF, UNFINISHED } from '../../src/model/repository.ts';
import { parseSavedCursor } from '../../src/providers/cursor-schema.ts';
import type { PullRequestChanges } from '../../src/providers/source.ts';
import type { StoredState } from '../../src/stores/store.ts';
import { parseFingerprint } from '../stage-fingerprint.ts';
import type { ListedPage, ProbeListed } from './stage-module.ts';

/** Repositories read this much before the most recent one aren't covered by the question: everybody's changes would be read again. */
const MAX_LAG_MS = 7 * 24 * 60 * 60_000;

/** A repository's last state, and the probe in it. */
interface ProbedState {
  state: StoredState;
  probe: string;
}

const answerSchema: z.ZodType<PullRequestChanges | null> = z
  .object({ since: z.string().nullable(), asOf: z.string(), changed: z.array(z.string()).nullable() })
  .nullable();

/**
 * Gives repositories a probe of their pull requests by asking once which ones of an owner changed. A probe says up to
 * when (`asOf`, by the host's clock) a repository's pull requests are stored; a repository with changes since gets a new one.
 *
 * The answer is null where the owner can't be asked.
 */
export const probePullRequests: ProbeListed = async (page, answer) => {
  const { store, source, input, signal } = page;
  const known = answerSchema.safeParse(answer).data;
  if (source.changedPullRequests === undefined || known === null) return { repositories: [...page.repositories], answer: null };
  const states = await readProbedStates(page);
  const changes = known ?? (await source.changedPullRequests(input, startOfQuestion([...states.values()]), signal)) ?? null;
  if (changes === null) return { repositories: [...page.repositories], answer: null };

  const fresh = `${changes.asOf} ${new Date().toISOString()}`;
  const repositories: ListedRepository[] = [];
  for (const repository of page.repositories) {
    // The answer says nothing of others' repositories that are shared with the owner, nor of pull requests that are switched off or imported.
    if (isTimeless(repository.probe?.pullRequests) || !repository.name.toLowerCase().startsWith(`${input.owner}/`.toLowerCase())) {
      repositories.push(repository);
      continue;
    }
    const known = states.get(repository.id);
    const isUnchanged = known !== undefined && isUnchangedSince(changes, repository.hosted?.providerId ?? '', known);
    const probe = isUnchanged && asOf(known) >= changes.asOf ? known.probe : fresh;
    if (isUnchanged && probe === fresh) {
      // Nothing has changed up to a later time: the next question begins there.
      const { state } = known;
      await store.refreshSyncState(repository.id, 'pull-requests', state.token, { ...state, cursor: { ...state.cursor, probe } });
    }
    repositories.push({ ...repository, probe: { ...repository.probe, pullRequests: probe } });
  }
  return { repositories, answer: changes };
};

/** Reads the states that name a time, by repository. */
async function readProbedStates({ store, source, input, repositories }: ListedPage): Promise<Map<string, ProbedState>> {
  const probed = new Map<string, ProbedState>();
  if (input.full === true) return probed;
  for (const state of await store.syncStates(repositories.map(({ id }) => id))) {
    if (state.stage !== 'pull-requests' || parseSavedCursor(source.pullRequests.cursor, state.cursor) === undefined) continue;
    const probe = parseFingerprint(state.cursor)?.probe;
    if (probe !== undefined && !isTimeless(probe)) probed.set(state.repoId, { state, probe });
  }
  return probed;
}

function isUnchangedSince({ since, changed }: PullRequestChanges, providerId: string, state: ProbedState): boolean {
  return since !== null && changed?.includes(providerId) === false && asOf(state) >= since;
}

function isTimeless(probe: string | undefined): boolean {
  return probe === OFF || probe === UNFINISHED;
}

/** Returns the time from which on to ask; null where nothing is stored yet. */
function startOfQuestion(states: readonly ProbedState[]): string | null {
  const times = states.map(asOf).toSorted();
  const newest = times.at(-1);
  return newest === undefined ? null : (times.find((time) => Date.parse(time) >= Date.parse(newest) - MAX_LAG_MS) ?? newest);
}

function asOf({ probe }: ProbedState): string {
  return probe.split(' ')[0] ?? '';
}
