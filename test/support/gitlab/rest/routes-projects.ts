import { readRefs } from '../../forge/refs.ts';
import { canReadCode, canReadMergeRequests, canSeeProject, isProjectMember } from '../access.ts';
import { type Project, projectPath } from '../world.ts';
import { flag, type Handler, projectOf, type RestContext, refuse } from './context.ts';
import { eventsOf } from './events.ts';
import { commitShapes } from './git-facts.ts';
import { selectMergeRequests } from './merge-request-lists.ts';
import { page, pageById } from './paging.ts';
import { selectProjects } from './project-lists.ts';
import { projectShape, simpleProjectShape } from './shapes.ts';
import { mergeRequestShape } from './shapes-merge-requests.ts';

/** Projects as `/projects` lists them: all fields for those who are signed in and don't ask for few. */
export function listProjects(context: RestContext, projects: readonly Project[]) {
  const { world, caller, query } = context;
  const visible = projects
    .filter((project) => canSeeProject(world, caller, project))
    .filter((project) => !flag(query, 'membership') || isProjectMember(world, caller, project));
  const shape = caller.type === 'anonymous' || flag(query, 'simple') ? simpleProjectShape : projectShape;
  return pageById(context, selectProjects(context, visible), (project) => shape(context, project));
}

/** Refs of one kind, each with the commit it names. */
function refs(context: RestContext, prefix: string) {
  const { world, caller, urls, query } = context;
  const project = projectOf(context);
  if (!canReadCode(world, caller, project)) throw refuse(403, '403 Forbidden');
  const found = [...readRefs(project.folder)]
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, hash]) => ({ name: name.slice(prefix.length), hash }))
    .filter(({ name }) => name.includes(query.get('search') ?? ''));
  const web = `${urls.web}/${projectPath(world, project)}`;
  return page(context, found, ({ name, hash }) => {
    const commit = commitShapes(project, [hash], web)[0];
    if (prefix === 'refs/tags/') return { name, message: '', target: hash, commit, release: null, protected: false, created_at: null };
    const isDefault = name === project.defaultBranch;
    const more = { merged: false, protected: isDefault, developers_can_push: false, developers_can_merge: false, can_push: false };
    return { name, commit, ...more, default: isDefault, web_url: `${web}/-/tree/${encodeURIComponent(name)}` };
  });
}

export const PROJECT_ROUTES = {
  'GET /projects': (context) => listProjects(context, context.world.projects),

  'GET /projects/:id': (context) => {
    const project = projectOf(context);
    const shape = context.caller.type === 'anonymous' ? simpleProjectShape : projectShape;
    return { status: 200, body: shape(context, project) };
  },

  'GET /projects/:id/merge_requests': (context) => {
    const { world, caller } = context;
    const project = projectOf(context);
    if (!canReadMergeRequests(world, caller, project)) throw refuse(403, '403 Forbidden');
    return page(context, selectMergeRequests(context, [project]), ({ request }) => mergeRequestShape(context, project, request));
  },

  'GET /projects/:id/events': (context) => {
    const project = projectOf(context);
    return page(context, eventsOf(context, project), (event) => event);
  },

  'GET /projects/:id/repository/branches': (context) => refs(context, 'refs/heads/'),
  'GET /projects/:id/repository/tags': (context) => refs(context, 'refs/tags/'),
} satisfies Record<string, Handler>;
