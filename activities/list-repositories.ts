import { Context } from '@temporalio/activity';
import type { ListInput, ListResult } from '../src/model/activities.ts';
import { sourceOf } from '../src/sources/registry.ts';
import { whileAlive } from './alive.ts';
import type { ActivityDeps } from './deps.ts';
import { endOf } from './failures.ts';
import { noteRemoved, partUnchanged, refreshRows, withStoredIds } from './known-repositories.ts';

/** Lists one page of the repositories that an input asks for, and sets aside those that hold nothing new. */
export async function listRepositories(deps: ActivityDeps, input: ListInput): Promise<ListResult> {
  try {
    return await whileAlive(() => list(deps, input));
  } catch (error) {
    throw endOf(error);
  }
}

async function list({ sources, store }: ActivityDeps, { input, after, limit }: ListInput): Promise<ListResult> {
  const { covers, repositories, ...page } = await sourceOf(sources, input.provider).list(input, after, Context.current().cancellationSignal);
  const known = await withStoredIds(store, repositories.slice(0, limit));
  const { unchanged, changed } = await partUnchanged(store, input, known);
  await refreshRows(store, unchanged, known.rows);
  if (covers !== undefined) await noteRemoved(store, covers, new Date());
  return { ...page, repositories: changed, unchanged: unchanged.length, databaseId: store.databaseId };
}
