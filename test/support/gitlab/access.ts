import { findProject, type Group, type Project, type Token, type User, userOf, type Visibility, type World, withAncestors, withDescendants } from './world.ts';

/** Who sends a request; the key says whose rate limit it is. */
export type Caller = { type: 'anonymous'; key: string } | { type: 'token'; key: string; token: Token; user: User | null };

/** Why a token isn't taken. */
export type Rejection = 'unknown' | 'expired' | 'revoked';

export const ANONYMOUS: Caller = { type: 'anonymous', key: 'anonymous' };

/** Who a token belongs to. */
export function callerOf(world: World, value: string): Caller | Rejection {
  const token = world.tokens.find((candidate) => candidate.value === value);
  if (!token) return 'unknown';
  if (token.revoked) return 'revoked';
  if (token.expiresAt !== null && token.expiresAt <= new Date().toISOString().slice(0, 10)) return 'expired';
  const user = token.userId === null ? null : userOf(world, token.userId);
  return { type: 'token', key: user ? `user:${user.username}` : `token:${token.username}`, token, user };
}

const isMember = (user: User, groups: readonly Group[]) => groups.some(({ members }) => members.includes(user.id));

function groupsAbove(world: World, project: Project): Group[] {
  const group = project.namespace.kind === 'group' && world.groups.find(({ id }) => id === project.namespace.id);
  return group ? withAncestors(world, group) : [];
}

/** Whether somebody is a member of a project, through any of its groups or those it is shared with. */
export function isProjectMember(world: World, caller: Caller, project: Project): boolean {
  if (caller.type === 'anonymous') return false;
  const { user, token } = caller;
  if (token.kind === 'job' || token.kind === 'deploy') return token.projects?.includes(project.id) ?? false;
  if (!user) return false;
  const shared = world.groups.filter(({ id }) => project.sharedWith.includes(id)).flatMap((group) => withAncestors(world, group));
  const own = project.namespace.kind === 'user' && project.namespace.id === user.id;
  return own || project.members.includes(user.id) || isMember(user, [...groupsAbove(world, project), ...shared]);
}

const open = (visibility: Visibility, caller: Caller) =>
  visibility === 'public' || (visibility === 'internal' && caller.type === 'token' && caller.user !== null);

/** Whether a project exists for the caller: what it can't see is answered with 404, not 403. */
export const canSeeProject = (world: World, caller: Caller, project: Project): boolean =>
  open(project.visibility, caller) || isProjectMember(world, caller, project);

/** Whether a group exists for the caller: who is a member of anything in it sees it. */
export function canSeeGroup(world: World, caller: Caller, group: Group): boolean {
  if (open(group.visibility, caller)) return true;
  if (caller.type === 'anonymous' || !caller.user) return false;
  const below = withDescendants(world, group);
  if (isMember(caller.user, [...withAncestors(world, group), ...below])) return true;
  const ids = new Set(below.map(({ id }) => id));
  return world.projects.some((project) => project.namespace.kind === 'group' && ids.has(project.namespace.id) && isProjectMember(world, caller, project));
}

/** Whether the code of a project that the caller sees may be read. */
export function canReadCode(world: World, caller: Caller, project: Project): boolean {
  if (project.repositoryAccess === 'disabled') return false;
  return project.repositoryAccess === 'enabled' || isProjectMember(world, caller, project);
}

/** Merge requests go with the code. */
export function canReadMergeRequests(world: World, caller: Caller, project: Project): boolean {
  if (project.mergeRequestsAccess === 'disabled' || !canReadCode(world, caller, project)) return false;
  return project.mergeRequestsAccess === 'enabled' || isProjectMember(world, caller, project);
}

/** Any of them is enough. */
export const hasScope = (caller: Caller, ...scopes: string[]): boolean =>
  caller.type === 'token' && caller.token.scopes.some((scope) => scopes.includes(scope));

/** The project of a path that the caller sees. */
export function visibleProject(world: World, caller: Caller, id: string): { project: Project; moved: boolean } | undefined {
  const found = findProject(world, id);
  return found && canSeeProject(world, caller, found.project) ? found : undefined;
}
