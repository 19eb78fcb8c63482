import { canReadCode, canReadMergeRequests } from '../access.ts';
import { type Group, groupPath, namespacePath, type Project, projectPath, shownTime, type User, userOf, type World, withAncestors } from '../world.ts';
import type { RestContext } from './context.ts';

type Json = Record<string, unknown>;

/** Null where GitLab knows nobody. */
export function userShape({ world, urls }: RestContext, id: number | null): Json | null {
  if (id === null) return null;
  const { username, name, state } = userOf(world, id);
  return { id, username, public_email: '', name, state, locked: false, avatar_url: null, web_url: `${urls.web}/${username}` };
}

/** `/user`, and the rows of `/users` with less. */
export function fullUserShape(context: RestContext, user: User): Json {
  const { createdAt, bot } = user;
  return {
    ...userShape(context, user.id),
    created_at: shownTime(createdAt),
    bio: '',
    location: '',
    bot,
    job_title: '',
    email: `${user.username}@example.org`,
    confirmed_at: shownTime(createdAt),
    two_factor_enabled: false,
    external: false,
    private_profile: false,
  };
}

const names = (world: World, group: Group): string =>
  withAncestors(world, group)
    .toReversed()
    .map(({ name }) => name)
    .join(' / ');

export function groupShape({ world, urls }: RestContext, group: Group): Json {
  const path = groupPath(world, group);
  return {
    id: group.id,
    web_url: `${urls.web}/groups/${path}`,
    name: group.name,
    path: group.path,
    description: '',
    visibility: group.visibility,
    share_with_group_lock: false,
    require_two_factor_authentication: false,
    project_creation_level: 'developer',
    subgroup_creation_level: 'maintainer',
    emails_disabled: false,
    mentions_disabled: null,
    lfs_enabled: true,
    archived: false,
    default_branch: null,
    default_branch_protection: 2,
    avatar_url: null,
    request_access_enabled: true,
    full_name: names(world, group),
    full_path: path,
    created_at: shownTime(group.createdAt),
    parent_id: group.parentId,
    organization_id: 1,
    marked_for_deletion_on: null,
  };
}

function namespaceShape(world: World, urls: RestContext['urls'], { kind, id }: Project['namespace']): Json {
  const path = namespacePath(world, { kind, id });
  if (kind === 'user') {
    const { name, username } = userOf(world, id);
    return { id: 900_000_000 + id, name, path, kind, full_path: path, parent_id: null, avatar_url: null, web_url: `${urls.web}/${username}` };
  }
  const group = world.groups.find((candidate) => candidate.id === id) as Group;
  return {
    id,
    name: group.name,
    path: group.path,
    kind,
    full_path: path,
    parent_id: group.parentId,
    avatar_url: null,
    web_url: `${urls.web}/groups/${path}`,
  };
}

/** With `simple`, and for those who aren't signed in. The default branch is for those who may read the code. */
export function simpleProjectShape({ world, urls, caller }: RestContext, project: Project): Json {
  const path = projectPath(world, project);
  const group = project.namespace.kind === 'group' && world.groups.find(({ id }) => id === project.namespace.id);
  const owner = group ? names(world, group) : userOf(world, project.namespace.id).name;
  return {
    id: project.id,
    description: project.description,
    name: project.name,
    name_with_namespace: `${owner} / ${project.name}`,
    path: project.path,
    path_with_namespace: path,
    created_at: shownTime(project.createdAt),
    ...(canReadCode(world, caller, project) && { default_branch: project.defaultBranch }),
    tag_list: project.topics,
    topics: project.topics,
    ssh_url_to_repo: `git@${new URL(urls.web).hostname}:${path}.git`,
    http_url_to_repo: `${urls.web}/${path}.git`,
    web_url: `${urls.web}/${path}`,
    readme_url: null,
    forks_count: 0,
    avatar_url: null,
    star_count: 0,
    last_activity_at: shownTime(project.lastActivityAt),
    visibility: project.visibility,
    namespace: namespaceShape(world, urls, project.namespace),
  };
}

export function projectShape(context: RestContext, project: Project): Json {
  const { world, urls, caller } = context;
  const api = `${urls.api}/projects/${project.id}`;
  const origin = world.projects.find(({ id }) => id === project.forkedFrom);
  const requests = canReadMergeRequests(world, caller, project);
  const shared = world.groups.filter(({ id }) => project.sharedWith.includes(id));
  return {
    ...simpleProjectShape(context, project),
    container_registry_image_prefix: `registry.example.org/${projectPath(world, project).toLowerCase()}`,
    _links: {
      self: api,
      ...(requests && { merge_requests: `${api}/merge_requests` }),
      repo_branches: `${api}/repository/branches`,
      labels: `${api}/labels`,
      events: `${api}/events`,
      members: `${api}/members`,
    },
    marked_for_deletion_at: project.markedForDeletionOn,
    marked_for_deletion_on: project.markedForDeletionOn,
    packages_enabled: true,
    empty_repo: project.empty,
    archived: project.archived,
    resolve_outdated_diff_discussions: false,
    issues_enabled: true,
    merge_requests_enabled: project.mergeRequestsAccess !== 'disabled' && project.repositoryAccess !== 'disabled',
    wiki_enabled: false,
    jobs_enabled: true,
    snippets_enabled: false,
    can_create_merge_request_in: requests,
    issues_access_level: 'enabled',
    repository_access_level: project.repositoryAccess,
    merge_requests_access_level: project.mergeRequestsAccess,
    forking_access_level: 'enabled',
    shared_runners_enabled: true,
    lfs_enabled: true,
    creator_id: project.namespace.kind === 'user' ? project.namespace.id : 1,
    ...(origin && { forked_from_project: simpleProjectShape(context, origin) }),
    import_status: project.importStatus,
    open_issues_count: 0,
    updated_at: shownTime(project.updatedAt),
    public_jobs: true,
    shared_with_groups: shared.map((group) => ({
      group_id: group.id,
      group_name: group.name,
      group_full_path: groupPath(world, group),
      group_access_level: 20,
      expires_at: null,
    })),
    only_allow_merge_if_pipeline_succeeds: false,
    request_access_enabled: true,
    remove_source_branch_after_merge: true,
    merge_method: 'merge',
    squash_option: 'default_off',
    permissions: { project_access: null, group_access: null },
  };
}
