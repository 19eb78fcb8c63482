import { canReadMergeRequests, canSeeGroup, canSeeProject } from '../access.ts';
import { type Group, groupPath, type Project, type World, withAncestors, withDescendants } from '../world.ts';
import { flag, groupOf, type Handler, type RestContext } from './context.ts';
import { selectMergeRequests } from './merge-request-lists.ts';
import { ordered } from './order.ts';
import { page } from './paging.ts';
import { selectProjects } from './project-lists.ts';
import { groupShape, projectShape, simpleProjectShape } from './shapes.ts';
import { mergeRequestShape } from './shapes-merge-requests.ts';

/** The projects whose namespace is one of the groups. */
function within(world: World, groups: readonly Group[]): Project[] {
  const ids = new Set(groups.map(({ id }) => id));
  return world.projects.filter(({ namespace }) => namespace.kind === 'group' && ids.has(namespace.id));
}

const sharedWith = (world: World, groups: readonly Group[]): Project[] =>
  world.projects.filter((project) => groups.some(({ id }) => project.sharedWith.includes(id)));

/** Shared ones are there unless told otherwise; those of subgroups only when asked for. */
function projectsOf({ world, caller, query }: RestContext, group: Group): Project[] {
  const groups = flag(query, 'include_subgroups') ? withDescendants(world, group) : [group];
  const above = flag(query, 'include_ancestor_groups') ? withAncestors(world, group).slice(1) : [];
  const own = within(world, [...groups, ...above]);
  const shared = flag(query, 'with_shared', true) ? sharedWith(world, groups).filter((project) => !own.includes(project)) : [];
  return [...own, ...shared].filter((project) => canSeeProject(world, caller, project));
}

function listGroups(context: RestContext, groups: readonly Group[]) {
  const { query, world, caller } = context;
  const by = query.get('order_by') ?? 'name';
  const key = (group: Group) => (by === 'id' ? group.id : by === 'path' ? group.path : group.name);
  const chosen = groups
    .filter((group) => canSeeGroup(world, caller, group))
    .filter(({ visibility }) => (query.get('visibility') ?? visibility) === visibility)
    .filter((group) => groupPath(world, group).includes(query.get('search') ?? ''));
  return page(context, ordered(chosen, key, query.get('sort') ?? 'asc'), (group) => groupShape(context, group));
}

export const GROUP_ROUTES = {
  'GET /groups/:id': (context) => {
    const { world, caller, query } = context;
    const group = groupOf(context);
    if (!flag(query, 'with_projects', true)) return { status: 200, body: groupShape(context, group) };
    const visible = (projects: readonly Project[]) =>
      projects
        .filter((project) => canSeeProject(world, caller, project))
        .slice(0, 100)
        .map((project) => projectShape(context, project));
    const [projects, shared] = [visible(within(world, [group])), visible(sharedWith(world, [group]))];
    return { status: 200, body: { ...groupShape(context, group), projects, shared_projects: shared } };
  },

  'GET /groups/:id/projects': (context) => {
    const shape = flag(context.query, 'simple') ? simpleProjectShape : projectShape;
    return page(context, selectProjects(context, projectsOf(context, groupOf(context))), (project) => shape(context, project));
  },

  'GET /groups/:id/subgroups': (context) => {
    const group = groupOf(context);
    return listGroups(
      context,
      context.world.groups.filter(({ parentId }) => parentId === group.id),
    );
  },

  'GET /groups/:id/descendant_groups': (context) => listGroups(context, withDescendants(context.world, groupOf(context)).slice(1)),

  // With all subgroups, without what is shared, and without archived projects unless `non_archived` is false.
  'GET /groups/:id/merge_requests': (context) => {
    const { world, caller, query } = context;
    const projects = within(world, withDescendants(world, groupOf(context)))
      .filter((project) => canSeeProject(world, caller, project) && canReadMergeRequests(world, caller, project))
      .filter(({ archived }) => !archived || !flag(query, 'non_archived', true));
    return page(context, selectMergeRequests(context, projects), ({ project, request }) => mergeRequestShape(context, project, request));
  },
} satisfies Record<string, Handler>;
