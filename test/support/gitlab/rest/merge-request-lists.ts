import type { MergeRequest, Project } from '../world.ts';
import { userOf } from '../world.ts';
import { flag, type RestContext } from './context.ts';
import { ordered, within } from './order.ts';

export interface Listed {
  id: number;
  project: Project;
  request: MergeRequest;
}

const KEYS: Record<string, (request: MergeRequest) => string | number> = {
  created_at: ({ createdAt }) => createdAt,
  updated_at: ({ updatedAt }) => updatedAt,
  merged_at: ({ mergedAt }) => mergedAt ?? '',
  title: ({ title }) => title,
  popularity: () => 0,
};

/** Filters and orders as the query of a list of merge requests says: the newest first unless told. */
export function selectMergeRequests({ world, caller, query }: RestContext, projects: readonly Project[]): Listed[] {
  const own = caller.type === 'token' ? caller.user?.id : undefined;
  const iids = [...query.getAll('iids[]'), ...query.getAll('iids')].flatMap((text) => text.split(','));
  const scope = query.get('scope') ?? 'all';
  const author = query.get('author_username');
  const is = (name: string, value: string | number | null) => (query.get(name) ?? String(value)) === String(value);
  const state = query.get('state') ?? 'all';
  const fits = (request: MergeRequest): boolean =>
    (state === 'all' || state === request.state) &&
    (scope === 'all' || (scope === 'created_by_me' && request.authorId === own)) &&
    (iids.length === 0 || iids.includes(String(request.iid))) &&
    is('author_id', request.authorId) &&
    (author === null || (request.authorId !== null && userOf(world, request.authorId).username === author)) &&
    is('source_branch', request.sourceBranch) &&
    is('target_branch', request.targetBranch) &&
    is('source_project_id', request.sourceProjectId) &&
    (!query.has('wip') || (query.get('wip') === 'yes') === request.draft) &&
    (!query.has('draft') || flag(query, 'draft') === request.draft) &&
    `${request.title} ${request.description}`.includes(query.get('search') ?? '') &&
    within(query, 'created', request.createdAt) &&
    within(query, 'updated', request.updatedAt) &&
    within(query, 'merged', request.mergedAt);
  const rows = projects.flatMap((project) => project.mergeRequests.filter(fits).map((request) => ({ id: request.id, project, request })));
  const key = KEYS[query.get('order_by') ?? 'created_at'] ?? (({ createdAt }: MergeRequest) => createdAt);
  return ordered(rows, ({ request }) => key(request), query.get('sort') ?? 'desc');
}
