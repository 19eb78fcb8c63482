/**
 * ISO 8601 in UTC with microseconds, as GitLab's database keeps them and compares by: `2024-01-31T12:00:00.123456Z`.
 * Its answers have milliseconds only, see {@link shownTime}.
 */
export type Time = string;

export type Visibility = 'private' | 'internal' | 'public';

/** All that a GitLab of the tests knows. Plain data: change it between requests and the next answer differs. */
export interface World {
  users: User[];
  groups: Group[];
  projects: Project[];
  tokens: Token[];
  /** `/version`. */
  version: string;
  /** Whether approvals say when they were given: instances before GitLab 18 don't. */
  tellsApprovedAt: boolean;
  /** Lists with more rows than this have no totals; GitLab's is 10,000. */
  countLimit: number;
}

export interface User {
  id: number;
  username: string;
  name: string;
  state: 'active' | 'blocked' | 'deactivated';
  /** Of a group's or a project's access token. */
  bot: boolean;
  createdAt: Time;
}

export interface Group {
  id: number;
  path: string;
  name: string;
  parentId: number | null;
  visibility: Visibility;
  createdAt: Time;
  /** Ids of users; members of a group are members of all that is below it. */
  members: number[];
}

export type AccessLevel = 'enabled' | 'private' | 'disabled';

export interface Project {
  /** Survives renames and transfers. */
  id: number;
  path: string;
  name: string;
  namespace: { kind: 'group' | 'user'; id: number };
  /** Full paths it had before; they lead to it until another project takes them. */
  formerPaths: string[];
  visibility: Visibility;
  /** Ids of users, besides those of its groups. */
  members: number[];
  /** Ids of groups that it is shared with. */
  sharedWith: number[];
  archived: boolean;
  /** Id of the project it was forked from. */
  forkedFrom: number | null;
  repositoryAccess: AccessLevel;
  mergeRequestsAccess: AccessLevel;
  importStatus: 'none' | 'scheduled' | 'started' | 'finished' | 'failed';
  /** No commit: the bare repository on disk has none. */
  empty: boolean;
  /** Since when it waits for its deletion, `2026-01-31`; its path then ends in `-deletion_scheduled-<id>`. */
  markedForDeletionOn: string | null;
  description: string | null;
  topics: string[];
  defaultBranch: string;
  /** Bare repository that is served over git's smart HTTP. */
  folder: string;
  createdAt: Time;
  updatedAt: Time;
  lastActivityAt: Time;
  mergeRequests: MergeRequest[];
}

export interface MergeRequest {
  id: number;
  iid: number;
  title: string;
  description: string | null;
  /** Locked while GitLab merges it. */
  state: 'opened' | 'closed' | 'merged' | 'locked';
  draft: boolean;
  /** Null where GitLab lost the user; a deleted user's are the Ghost User's. */
  authorId: number | null;
  /** Null when the fork was deleted. */
  sourceProjectId: number | null;
  sourceBranch: string;
  targetBranch: string;
  /** Null where GitLab has no diff of it. */
  diff: { base: string; start: string; head: string } | null;
  squash: boolean;
  mergeCommit: string | null;
  squashCommit: string | null;
  createdAt: Time;
  updatedAt: Time;
  mergedAt: Time | null;
  mergedById: number | null;
  /** GitLab keeps it for merged ones that had been closed before, too. */
  closedAt: Time | null;
  closedById: number | null;
  approvals: Approval[];
  /** Oldest first. */
  notes: Note[];
}

export interface Approval {
  userId: number;
  approvedAt: Time;
}

export interface Note {
  id: number;
  type: 'DiscussionNote' | 'DiffNote' | null;
  authorId: number | null;
  body: string;
  /** Written by GitLab: 'approved this merge request', 'added 1 commit'. They aren't comments. */
  system: boolean;
  internal: boolean;
  createdAt: Time;
}

export interface Token {
  value: string;
  kind: 'personal' | 'oauth' | 'group' | 'project' | 'job' | 'deploy';
  /** Whose; null for a deploy token. A group's and a project's are a bot's. */
  userId: number | null;
  scopes: string[];
  /** Last day, `2026-01-31`. */
  expiresAt: string | null;
  revoked: boolean;
  createdAt: Time;
  /** Projects that a job's and a deploy token are good for. */
  projects?: number[];
  /** The user name that goes with a deploy token. */
  username?: string;
}

/** Of a deleted user's contributions. On gitlab.com its user name is `ghost1`, on other instances `ghost` if that was free. */
export const GHOST = 'ghost1';

const same = (a: string, b: string) => a.toLowerCase() === b.toLowerCase();

/** With the paths of all groups above it. */
export function groupPath(world: World, group: Group): string {
  const parent = world.groups.find(({ id }) => id === group.parentId);
  return parent ? `${groupPath(world, parent)}/${group.path}` : group.path;
}

/** `path_with_namespace` */
export function projectPath(world: World, { namespace, path }: Project): string {
  return `${namespacePath(world, namespace)}/${path}`;
}

export function namespacePath(world: World, { kind, id }: Project['namespace']): string {
  if (kind === 'user') return userOf(world, id).username;
  const group = world.groups.find((candidate) => candidate.id === id);
  if (!group) throw new Error(`the world has no group ${id}`);
  return groupPath(world, group);
}

export function userOf(world: World, id: number): User {
  const user = world.users.find((candidate) => candidate.id === id);
  if (!user) throw new Error(`the world has no user ${id}`);
  return user;
}

/** By number or by full path, in any case. */
export function findGroup(world: World, id: string): Group | undefined {
  if (/^\d+$/.test(id)) return world.groups.find((group) => String(group.id) === id);
  return world.groups.find((group) => same(groupPath(world, group), id));
}

/** By number or by full path; by its present path first, then by a former one: `moved` tells which. */
export function findProject(world: World, id: string): { project: Project; moved: boolean } | undefined {
  if (/^\d+$/.test(id)) {
    const project = world.projects.find((candidate) => String(candidate.id) === id);
    return project && { project, moved: false };
  }
  const present = world.projects.find((project) => same(projectPath(world, project), id));
  if (present) return { project: present, moved: false };
  const former = world.projects.find(({ formerPaths }) => formerPaths.some((path) => same(path, id)));
  return former && { project: former, moved: true };
}

/** The group itself and all below it. */
export function withDescendants(world: World, group: Group): Group[] {
  return [group, ...world.groups.filter(({ parentId }) => parentId === group.id).flatMap((child) => withDescendants(world, child))];
}

/** The group itself and all above it. */
export function withAncestors(world: World, group: Group): Group[] {
  const parent = world.groups.find(({ id }) => id === group.parentId);
  return parent ? [group, ...withAncestors(world, parent)] : [group];
}

/** As answers have it: microseconds are cut off. */
export const shownTime = (time: Time): string => `${time.slice(0, 23)}Z`;

/** @param microseconds Below the millisecond. */
export function timeOf(milliseconds: number, microseconds = 0): Time {
  return `${new Date(milliseconds).toISOString().slice(0, 23)}${String(microseconds).padStart(3, '0')}Z`;
}
