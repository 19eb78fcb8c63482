import { Context } from '@temporalio/activity';
import { z } from 'zod';
import type { ListInput, ListResult } from '../src/model/activities.ts';
import { clipFailure, overlongField } from '../src/model/bounds.ts';
import type { ListedRepository, RefusedRepository } from '../src/model/repository.ts';
import { orderedStages, STAGES } from '../src/model/stages.ts';
import type { ActivityDeps } from './deps.ts';
import { toActivityFailure } from './failures.ts';
import { withHeartbeat } from './heartbeat.ts';
import { markRemoved, partitionUnchanged, refreshRows, resolveStoredIds } from './known-repositories.ts';
import { STAGE_MODULES } from './stages/index.ts';
import type { ListedPage, StageModule } from './stages/stage-module.ts';

/** What a listing passes from page to page. */
const listingCursor = z.object({
  /** The source's own cursor. */
  page: z.string(),
  /** What stages asked once for all pages; absent in what 0.1.0 left. */
  answers: z.partialRecord(z.enum(STAGES), z.unknown()).default({}),
  /** Requested names that no page has had yet. */
  missing: z.array(z.string()),
});

type ListingCursor = z.infer<typeof listingCursor>;

/** Reason of a requested repository that no page has. */
const NOT_FOUND = 'no repository of this name was found: check repos (--repo), and what may be read';

/** Lists one page of the repositories that an input selects; leaves out those that have nothing new. */
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
  const cursor = after === undefined ? undefined : listingCursor.parse(JSON.parse(after));
  const { covers, repositories, refused, named, next } = await source.list(input, cursor?.page, signal);
  const missing = (cursor?.missing ?? input.repos ?? []).filter((name) => !named.includes(name));
  const { short, overlong } = partitionOverlong(repositories.slice(0, limit));
  const stored = await resolveStoredIds(store, short);
  const { probed, answers } = await probeStages({ store, source, input, repositories: stored.repositories, signal }, cursor?.answers);
  const known = { ...stored, repositories: probed };
  const { unchanged, changed, heads } = await partitionUnchanged(store, source, input, known);
  await refreshRows(store, known.repositories, known.rows, heads);
  if (covers !== undefined) await markRemoved(store, covers, new Date());
  return {
    ...(next === undefined ? {} : { next: JSON.stringify({ page: next, answers, missing } satisfies ListingCursor) }),
    repositories: changed,
    refused: [...refused, ...overlong, ...(next === undefined ? missing.map((name) => ({ name, reason: NOT_FOUND })) : [])].map(clipFailure),
    unchanged: unchanged.length,
    databaseId: store.databaseId,
  };
}

/** Completes the probes of listed repositories for the stages that ask once for many. */
async function probeStages(page: ListedPage, before: ListingCursor['answers'] = {}) {
  const answers: ListingCursor['answers'] = {};
  let probed = [...page.repositories];
  for (const name of orderedStages(page.input.stages)) {
    const { probeListed }: StageModule = STAGE_MODULES[name];
    if (probeListed === undefined) continue;
    const { repositories, answer } = await probeListed({ ...page, repositories: probed }, before[name]);
    probed = repositories;
    answers[name] = answer;
  }
  return { probed, answers };
}

/** Separates the repositories that are too long to be passed on. */
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
