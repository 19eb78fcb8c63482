import { Context } from '@temporalio/activity';
import type { ListInput } from '../src/model/activities.ts';
import type { RepositoryPage } from '../src/model/repository.ts';
import { sourceOf } from '../src/sources/registry.ts';
import type { ActivityDeps } from './deps.ts';
import { toFailure } from './failures.ts';

/** Lists one page of the repositories that an input asks for. */
export async function listRepositories({ sources }: ActivityDeps, { input, after }: ListInput): Promise<RepositoryPage> {
  try {
    return await sourceOf(sources, input.provider).list(input, after, Context.current().cancellationSignal);
  } catch (error) {
    throw toFailure(error);
  }
}
