import type { Project } from '../world.ts';
import { projectPath } from '../world.ts';
import { flag, type RestContext } from './context.ts';
import { ordered, within } from './order.ts';

const KEYS: Record<string, (project: Project) => string | number> = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  path: ({ path }) => path,
  created_at: ({ createdAt }) => createdAt,
  updated_at: ({ updatedAt }) => updatedAt,
  last_activity_at: ({ lastActivityAt }) => lastActivityAt,
  star_count: () => 0,
  similarity: ({ name }) => name,
};

/** Filters and orders as the query of a list of projects says: the newest first unless told. */
export function selectProjects({ world, query }: RestContext, projects: readonly Project[]): Project[] {
  const after = Number(query.get('id_after') ?? 0);
  const before = Number(query.get('id_before') ?? Number.POSITIVE_INFINITY);
  const chosen = projects
    .filter(({ id }) => id > after && id < before)
    .filter(({ archived }) => !query.has('archived') || archived === flag(query, 'archived'))
    .filter(({ visibility }) => (query.get('visibility') ?? visibility) === visibility)
    .filter((project) =>
      projectPath(world, project)
        .toLowerCase()
        .includes((query.get('search') ?? '').toLowerCase()),
    )
    .filter((project) => !flag(query, 'with_merge_requests_enabled') || project.mergeRequestsAccess !== 'disabled')
    .filter(({ archived, markedForDeletionOn }) => !query.has('active') || (!archived && markedForDeletionOn === null) === flag(query, 'active'))
    .filter(({ lastActivityAt, updatedAt }) => within(query, 'last_activity', lastActivityAt) && within(query, 'updated', updatedAt));
  return ordered(chosen, KEYS[query.get('order_by') ?? 'created_at'] ?? (({ createdAt }) => createdAt), query.get('sort') ?? 'desc');
}
