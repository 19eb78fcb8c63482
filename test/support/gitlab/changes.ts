import { rmSync } from 'node:fs';
import { writeRefs } from '../forge/bare-repositories.ts';
import { readRefs } from '../forge/refs.ts';
import { type Group, type MergeRequest, type Note, type Project, projectPath, type Time, timeOf, type World, withDescendants } from './world.ts';

// What happens on a GitLab between two syncs, or between two pages.

/** Renames, or transfers to another namespace; the path it had leads to it. */
export function moveProject(world: World, project: Project, to: { path?: string; namespace?: Project['namespace'] }): void {
  project.formerPaths.push(projectPath(world, project));
  project.path = to.path ?? project.path;
  project.namespace = to.namespace ?? project.namespace;
}

/** Renames a group, or moves it below another one: the projects' former paths lead to them, the groups' don't. */
export function moveGroup(world: World, group: Group, to: { path?: string; parentId?: number | null }): void {
  const below = new Set(withDescendants(world, group).map(({ id }) => id));
  for (const project of world.projects) {
    if (project.namespace.kind === 'group' && below.has(project.namespace.id)) project.formerPaths.push(projectPath(world, project));
  }
  group.path = to.path ?? group.path;
  if (to.parentId !== undefined) group.parentId = to.parentId;
}

/** Gone at once, repository and all. */
export function deleteProject(world: World, project: Project): void {
  world.projects = world.projects.filter((candidate) => candidate !== project);
  rmSync(project.folder, { recursive: true, force: true });
}

/** Waits for its deletion, under the path that GitLab gives it until then. */
export function scheduleDeletion(world: World, project: Project, day: string): void {
  moveProject(world, project, { path: `${project.path}-deletion_scheduled-${project.id}` });
  project.markedForDeletionOn = day;
}

/** Sets refs, by full name, and removes those that are null. */
export function pushRefs(project: Project, changes: Record<string, string | null>, at: Time = now()): void {
  const refs = readRefs(project.folder);
  for (const [name, hash] of Object.entries(changes)) {
    if (hash === null) refs.delete(name);
    else refs.set(name, hash);
  }
  writeRefs(project.folder, project.defaultBranch, refs);
  Object.assign(project, { lastActivityAt: at, updatedAt: at });
}

/** Changes a merge request, which is updated by that. */
export function changeMergeRequest(project: Project, request: MergeRequest, change: Partial<MergeRequest>, at: Time = now()): void {
  Object.assign(request, change, { updatedAt: at });
  project.lastActivityAt = at;
}

/** Approves, or approves again; GitLab writes a note of its own about it. */
export function approve(project: Project, request: MergeRequest, userId: number, at: Time = now()): void {
  unapprove(project, request, userId, at);
  request.approvals.push({ userId, approvedAt: at });
  request.notes.push({ ...emptyNote(request), authorId: userId, body: 'approved this merge request', system: true, createdAt: at });
}

/** Takes an approval back. */
export function unapprove(project: Project, request: MergeRequest, userId: number, at: Time = now()): void {
  request.approvals = request.approvals.filter((approval) => approval.userId !== userId);
  changeMergeRequest(project, request, {}, at);
}

/** Writes a comment. */
export function comment(project: Project, request: MergeRequest, authorId: number, body: string, at: Time = now()): void {
  request.notes.push({ ...emptyNote(request), authorId, body, createdAt: at });
  changeMergeRequest(project, request, {}, at);
}

const emptyNote = (request: MergeRequest): Omit<Note, 'createdAt' | 'body' | 'authorId'> => ({
  id: Math.max(request.id * 1_000, ...request.notes.map(({ id }) => id)) + 1,
  type: null,
  system: false,
  internal: false,
});

const now = (): Time => timeOf(Date.now());
