import { Context } from '@temporalio/activity';
import type { ListInput, ListResult } from '../src/model/activities.ts';
import { clipFailure, overlongField } from '../src/model/bounds.ts';
import type { ListedRepository, RefusedRepository } from '../src/model/repository.ts';
import type { PullRequestChanges } from '../src/providers/source.ts';
import type { ActivityDeps } from './deps.ts';
import { toActivityFailure } from './failures.ts';
import { withHeartbeat } from './heartbeat.ts';
import { markRemoved, partitionUnchanged, refreshRows, resolveStoredIds } from './known-repositories.ts';
import { probePullRequests } from './pull-request-changes.ts';

/** What goes on from page to page. */
interface Place {
  /** The source's own. */
  page: string;
  /** What was asked once for all pages. */
  changes: PullRequestChanges | null;
  /** Names that were asked for and that no page has had yet. */
  missing: string[];
}

/** Why a repository that was asked for by its name isn't there. */
const NOT_FOUND = 'no repository of this name was found: check repos (--repo), and what may be read';

/** Lists one page of the repositories that an input asks for, and sets aside those that hold nothing new. */
export async function listRepositories(deps: ActivityDeps, input: ListInput): Promise<ListResult> {
  try {
    return await withHeartbeat(() => list(deps, input));
  } catch (error) {
    throw toActivityFailure(error);
  }
}

async function list({ sources, store }: ActivityDeps, { input, after, limit }: ListInput): Promise<ListResult> {
  const source = sources[input.provider];
  const signal = Context.current().cancellationSignal;
  const place = after === undefined ? undefined : (JSON.parse(after) as Place);
  const { covers, repositories, refused, named, next } = await source.list(input, place?.page, signal);
  const missing = (place?.missing ?? input.repos ?? []).filter((name) => !named.includes(name));
  const { short, overlong } = partitionOverlong(repositories.slice(0, limit));
  const stored = await resolveStoredIds(store, short);
  const { known, changes } = await probePullRequests(store, source, input, stored, place?.changes, signal);
  const { unchanged, changed, heads } = await partitionUnchanged(store, input, known);
  await refreshRows(store, known.repositories, known.rows, heads);
  if (covers !== undefined) await markRemoved(store, covers, new Date());
  return {
    ...(next === undefined ? {} : { next: JSON.stringify({ page: next, changes, missing } satisfies Place) }),
    repositories: changed,
    refused: [...refused, ...overlong, ...(next === undefined ? missing.map((name) => ({ name, reason: NOT_FOUND })) : [])].map(clipFailure),
    unchanged: unchanged.length,
    databaseId: store.databaseId,
  };
}

/** Parts repositories from those that can't be handed on. */
function partitionOverlong(repositories: readonly ListedRepository[]): { short: ListedRepository[]; overlong: RefusedRepository[] } {
  const short: ListedRepository[] = [];
  const overlong: RefusedRepository[] = [];
  for (const repository of repositories) {
    const reason = overlongField(repository);
    if (reason === undefined) short.push(repository);
    else overlong.push({ name: repository.path ?? repository.name, reason });
  }
  return { short, overlong };
}
