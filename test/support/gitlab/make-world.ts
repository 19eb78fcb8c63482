import { join } from 'node:path';
import { copyTemplate, makeEmptyBare } from '../forge/bare-repositories.ts';
import { Random } from '../forge/random.ts';
import { type History, makeHistory } from './history.ts';
import { makeMergeRequests } from './make-merge-requests.ts';
import { type GitLabTokens, makeTokens } from './make-tokens.ts';
import { GHOST, type Group, type Project, timeOf, type User, type World } from './world.ts';

export interface GitLabWorldOptions {
  /** Where the bare repositories are put. */
  folder: string;
  /** Path of the group at the top; `acme` unless told. */
  group?: string;
  /** Groups below it, every second one below the one before; 3 unless told. The second is private. */
  subgroups?: number;
  /** In the group and those below it; 14 unless told: from then on there is one of every kind. */
  projects?: number;
  /** In all of those whose merge requests can be read; 60 unless told. */
  mergeRequests?: number;
  seed?: number;
}

export interface MadeGitLabWorld {
  world: World;
  /** Path. */
  group: string;
  /** User name of the one whose tokens these are; it has projects of its own. */
  user: string;
  tokens: GitLabTokens;
  /** Commits and branches of the projects' repositories, to push and propose more of them: {@link histories}[n] for the n-th project of the group, in turns. */
  histories: History[];
}

const CREATED = timeOf(Date.UTC(2020, 0, 2, 3, 4, 5), 678);

/** A group with subgroups, projects and merge requests of every awkward kind, the same ones for the same options. */
export function makeGitLabWorld({
  folder,
  group: path = 'acme',
  subgroups = 3,
  projects = 14,
  mergeRequests = 60,
  seed = 1,
}: GitLabWorldOptions): MadeGitLabWorld {
  const random = new Random(seed);
  let id = seed * 1_000_000;
  const nextId = () => ++id;
  const user = (username: string, more: Partial<User> = {}): User => ({
    id: nextId(),
    username,
    name: `${username} (User)`,
    state: 'active',
    bot: false,
    createdAt: CREATED,
    ...more,
  });
  const sync = user('sync-user');
  const authors = [user('alice'), user('bob-99'), user('Carol'), user('dave_x.y', { state: 'blocked' }), user(GHOST, { name: 'Ghost User' }), sync];
  const outsider = user('outsider');
  const groups = makeGroups(nextId, path, subgroups, sync.id);
  const partner: Group = { id: nextId(), path: 'partners', name: 'Partners', parentId: null, visibility: 'public', createdAt: CREATED, members: [] };
  const histories = [0, 1, 2].map((index) => makeHistory(join(folder, `history-${index}`), seed * 10 + index, 16 + index * 15));
  const context = { folder, random, nextId };
  const made = Array.from({ length: projects }, (_, index) => {
    const namespace = groups[index % groups.length] as Group;
    return makeProject(context, index, { kind: 'group', id: namespace.id }, namespace.visibility, kindOf(index, path));
  });
  // The same name in several namespaces; one shared with the group, one that isn't its business, two of a user.
  const shared = makeProject(context, 900, { kind: 'group', id: partner.id }, 'public', { path: 'project-000', sharedWith: [groups[0]?.id ?? 0] });
  const foreign = makeProject(context, 901, { kind: 'group', id: partner.id }, 'public', { path: 'not-ours' });
  const own = [902, 903].map((index) =>
    makeProject(context, index, { kind: 'user', id: sync.id }, index === 902 ? 'public' : 'private', { path: `dotfiles-${index}` }),
  );
  for (const project of made) if (project.forkedFrom !== null) project.forkedFrom = foreign.id;
  const readable = made.filter(
    ({ empty, repositoryAccess, mergeRequestsAccess }) => !empty && repositoryAccess !== 'disabled' && mergeRequestsAccess !== 'disabled',
  );
  const all = [...made, shared, foreign, ...own];
  for (const [index, project] of all.entries()) {
    const history = histories[index % histories.length] as History;
    const place = readable.indexOf(project);
    // What can't be read has some too, to be seen if it leaks; they aren't part of the number asked for.
    const count = project.empty ? 0 : place === -1 ? 3 : share(mergeRequests, readable.length, place);
    const people = authors.map((author) => author.id);
    project.mergeRequests = makeMergeRequests({ random, count, projectId: project.id, history, defaultBranch: project.defaultBranch, nextId, people });
    write(project, history);
  }
  const world: World = {
    users: [...authors, outsider],
    groups: [...groups, partner],
    projects: all,
    tokens: [],
    version: '18.6.0-ee',
    tellsApprovedAt: true,
    countLimit: 10_000,
  };
  const tokens = makeTokens(world, random, nextId, { sync, outsider, group: groups[0] as Group, project: made[0] as Project });
  return { world, group: path, user: sync.username, tokens, histories };
}

function makeGroups(nextId: () => number, path: string, count: number, member: number): Group[] {
  const names = ['platform', 'Mobile-Apps', 'infra.tools', 'data_science', 'x'];
  const groups: Group[] = [];
  for (let index = 0; index <= count; index++) {
    const parent = index === 0 ? null : index % 2 === 0 ? groups[index - 1] : groups[0];
    const name = index === 0 ? path : `${names[(index - 1) % names.length]}${index > names.length ? `-${index}` : ''}`;
    groups.push({
      id: nextId(),
      path: name,
      name: `${name} (Group)`,
      parentId: parent?.id ?? null,
      visibility: index === 2 || parent?.visibility === 'private' ? 'private' : 'public',
      createdAt: CREATED,
      members: index === 0 ? [member] : [],
    });
  }
  return groups;
}

/** What is special about some projects; with many of them the kinds come again. */
function kindOf(index: number, group: string): Partial<Project> {
  const path = `project-${String(index).padStart(3, '0')}`;
  const kinds: Record<number, Partial<Project>> = {
    1: { path: index === 1 ? 'Dots.and-dashes_and.git.ignore' : path },
    2: { archived: true },
    3: { empty: true },
    4: { repositoryAccess: 'disabled', mergeRequestsAccess: 'disabled' },
    5: { formerPaths: [`${group}/before-the-rename-${index}`] },
    6: { visibility: 'private' },
    // Which one is settled when there is one.
    7: { forkedFrom: 0 },
    8: { formerPaths: [`old-home/${path}`] },
    9: { visibility: 'internal' },
    10: { mergeRequestsAccess: 'disabled' },
    11: { markedForDeletionOn: '2099-01-31' },
    12: { repositoryAccess: 'private', mergeRequestsAccess: 'private' },
    13: { archived: true, forkedFrom: 0 },
  };
  return { path, ...kinds[index % 20] };
}

interface MakeContext {
  folder: string;
  random: Random;
  nextId: () => number;
}

function makeProject(
  { folder, random, nextId }: MakeContext,
  index: number,
  namespace: Project['namespace'],
  most: Project['visibility'],
  kind: Partial<Project>,
): Project {
  const id = nextId();
  const active = timeOf(Date.UTC(2024, 1, 1 + (index % 28), 12), index % 1_000);
  const project: Project = {
    id,
    path: `project-${index}`,
    name: `Project ${index} ✓`,
    namespace,
    formerPaths: [],
    visibility: most,
    members: [],
    sharedWith: [],
    archived: false,
    forkedFrom: null,
    repositoryAccess: 'enabled',
    mergeRequestsAccess: 'enabled',
    importStatus: 'none',
    empty: false,
    markedForDeletionOn: null,
    description: random.pick([null, '', 'A description', 'Mit Ümläuten 🚀']),
    topics: random.chance(0.5) ? ['sync', 'testing'] : [],
    defaultBranch: index % 4 === 0 ? 'main' : random.pick(['main', 'master', 'trunk/stable']),
    folder: join(folder, `bare-${index}.git`),
    createdAt: timeOf(Date.UTC(2021, index % 12, 1), index % 1_000),
    updatedAt: active,
    lastActivityAt: active,
    mergeRequests: [],
    ...kind,
  };
  // Nothing in a private group is more open than it.
  if (most === 'private') project.visibility = 'private';
  if (project.markedForDeletionOn !== null) project.path += `-deletion_scheduled-${id}`;
  return project;
}

/** A quarter in the first project, the rest evenly. */
function share(total: number, parts: number, index: number): number {
  if (parts === 1) return total;
  const first = Math.ceil(total / 4);
  if (index === 0) return first;
  return Math.floor(((total - first) * index) / (parts - 1)) - Math.floor(((total - first) * (index - 1)) / (parts - 1));
}

function write({ folder, defaultBranch, mergeRequests, empty }: Project, history: History): void {
  if (empty) {
    makeEmptyBare(folder, defaultBranch);
    return;
  }
  const at = (index: number) => history.hashes.at(index) ?? '';
  const heads = mergeRequests.flatMap(({ iid, diff, state, mergeCommit }) => {
    if (!diff) return [];
    const trial = state === 'opened' && iid % 3 === 0 ? [[`refs/merge-requests/${iid}/merge`, diff.head] as const] : [];
    const kept = mergeCommit && iid % 2 === 0 ? [[`refs/keep-around/${mergeCommit}`, mergeCommit] as const] : [];
    return [[`refs/merge-requests/${iid}/head`, diff.head] as const, ...trial, ...kept];
  });
  const refs = new Map([
    [`refs/heads/${defaultBranch}`, at(-1)],
    ['refs/heads/release/1.x', at(4)],
    ['refs/heads/feature/ünïcode', at(6)],
    ['refs/tags/v1.0.0', at(2)],
    ...heads,
  ]);
  copyTemplate(history, folder, defaultBranch, refs);
}
