import type { Random } from '../forge/random.ts';
import { type Group, type Project, type Token, timeOf, type User, type World } from './world.ts';

/** Values, all fit to be searched for. */
export interface GitLabTokens {
  /** Of a member of the whole group: `read_api` and `read_repository`. */
  personal: string;
  /** The same member's, of OAuth: `api`, for `Authorization: Bearer` and the git user `oauth2`. */
  oauth: string;
  /** Of the group's own bot. */
  group: string;
  /** Of the first project's bot: of what is private it sees that project only. */
  project: string;
  /** `read_api` without `read_repository`: no clones. */
  readOnly: string;
  /** `read_repository` without `read_api`: clones only. */
  cloneOnly: string;
  expired: string;
  revoked: string;
  /** Of somebody who is no member of anything. */
  publicOnly: string;
  /** Of a job in the first project, for the git user `gitlab-ci-token`. */
  job: string;
  /** Of the first project, for the git user `gitlab+deploy-token-1`. */
  deploy: string;
}

/** Adds the tokens, and the bots that some are of, to a world. */
export function makeTokens(
  world: World,
  random: Random,
  nextId: () => number,
  { sync, outsider, group, project }: { sync: User; outsider: User; group: Group; project: Project },
): GitLabTokens {
  const createdAt = timeOf(Date.UTC(2024, 0, 1));
  const bot = (username: string): User => {
    const user: User = { id: nextId(), username, name: 'sync', state: 'active', bot: true, createdAt };
    world.users.push(user);
    return user;
  };
  const add = (prefix: string, userId: number | null, more: Partial<Token> = {}): string => {
    const scopes = ['read_api', 'read_repository'];
    const value = `${prefix}${random.hex(20)}`;
    world.tokens.push({ value, kind: 'personal', userId, scopes, expiresAt: '2090-01-31', revoked: false, createdAt, ...more });
    return value;
  };
  const groupBot = bot(`group_${group.id}_bot_${random.hex(32)}`);
  const projectBot = bot(`project_${project.id}_bot_${random.hex(32)}`);
  group.members.push(groupBot.id);
  project.members.push(projectBot.id);
  return {
    personal: add('glpat-', sync.id),
    oauth: add('', sync.id, { kind: 'oauth', scopes: ['api'], expiresAt: null }),
    group: add('glpat-', groupBot.id, { kind: 'group' }),
    project: add('glpat-', projectBot.id, { kind: 'project' }),
    readOnly: add('glpat-', sync.id, { scopes: ['read_api'] }),
    cloneOnly: add('glpat-', sync.id, { scopes: ['read_repository'] }),
    expired: add('glpat-', sync.id, { expiresAt: '2020-01-31' }),
    revoked: add('glpat-', sync.id, { revoked: true }),
    publicOnly: add('glpat-', outsider.id),
    job: add('glcbt-64_', sync.id, { kind: 'job', scopes: [], expiresAt: null, projects: [project.id] }),
    deploy: add('gldt-', null, { kind: 'deploy', scopes: ['read_repository'], projects: [project.id], username: 'gitlab+deploy-token-1' }),
  };
}
