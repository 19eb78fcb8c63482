import { Context } from '@temporalio/activity';
import type { ListInput, ListResult } from '../src/model/activities.ts';
import { sourceOf } from '../src/sources/registry.ts';
import { whileAlive } from './alive.ts';
import type { ActivityDeps } from './deps.ts';
import { endOf } from './failures.ts';

/** Lists one page of the repositories that an input asks for. */
export async function listRepositories({ sources, store }: ActivityDeps, { input, after }: ListInput): Promise<ListResult> {
  try {
    const { cancellationSignal } = Context.current();
    const page = await whileAlive(() => sourceOf(sources, input.provider).list(input, after, cancellationSignal));
    return { ...page, databaseId: store.databaseId };
  } catch (error) {
    throw endOf(error);
  }
}
