import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { copyTemplate, makeEmptyBare, makeTemplate, type Template } from '../forge/bare-repositories.ts';
import { Random } from '../forge/random.ts';
import { makePulls } from './make-pulls.ts';
import type { App, Owner, Repository, Token, World } from './world.ts';

export interface WorldOptions {
  /** Where the bare repositories are put. */
  folder: string;
  /** Login; `acme` unless told. */
  owner?: string;
  /** `Organization` unless told. */
  type?: Owner['type'];
  /** 12 unless told; from 12 on there is one of every kind. */
  repositories?: number;
  /** In all repositories that can be read; 60 unless told. */
  pullRequests?: number;
  seed?: number;
  /** Some pull requests are a bot's, whose login REST and GraphQL spell differently. */
  bots?: boolean;
}

export interface MadeWorld {
  world: World;
  owner: string;
  app: App;
  /** All of one user, `sync-user`, and all with values that are fit to be searched for. */
  tokens: {
    /** Classic, all scopes that a sync needs, sees all. */
    personal: string;
    /** Sees all. */
    fineGrained: string;
    /** Classic without scopes. */
    publicOnly: string;
    expired: string;
    /** Not authorised for the single sign-on of the owner. */
    withoutSso: string;
  };
}

/** An owner with repositories and pull requests of every awkward kind, the same ones for the same options (but for keys and tokens of the App). */
export function makeWorld({
  folder,
  owner: login = 'acme',
  type = 'Organization',
  repositories = 12,
  pullRequests = 60,
  seed = 1,
  bots = false,
}: WorldOptions): MadeWorld {
  const random = new Random(seed);
  let id = seed * 10_000_000;
  const nextId = () => ++id;
  const owner = (name: string, kind: Owner['type'], members: string[] = []): Owner => {
    const number = nextId();
    const nodeId = `${kind === 'User' ? 'U' : 'O'}_${number}`;
    return { id: number, nodeId, login: name, type: kind, name: `${name} (${kind})`, createdAt: '2020-01-02T03:04:05Z', members };
  };
  const main = owner(login, type, ['sync-user']);
  const templates = [0, 1, 2].map((index) => makeTemplate(join(folder, `template-${index}`), seed * 10 + index, 12 + index * 9));
  const made = Array.from({ length: repositories }, (_, index) => makeRepository({ index, folder, login, random, nextId, templates }));
  const readable = made.filter(({ repository }) => !repository.empty && !repository.disabled);
  for (const entry of made) {
    const { repository, template } = entry;
    // What can't be read has some too, to be seen if it leaks; they aren't part of the number asked for.
    const place = readable.indexOf(entry);
    const count = repository.empty ? 0 : place === -1 ? 3 : share(pullRequests, readable.length, place);
    repository.pullRequests = makePulls({
      random,
      count,
      fullName: `${repository.owner}/${repository.name}`,
      hashes: template.hashes,
      defaultBranch: repository.defaultBranch,
      nextId,
      bots,
    });
    write(repository, template);
  }
  const list = made.map(({ repository }) => repository);
  const app = makeApp(nextId, login);
  const tokens = makeTokens(random, login);
  const world: World = {
    owners: [main, owner('sync-user', 'User'), owner('alice', 'User'), owner('old-home', 'Organization')].filter(
      (candidate, index, all) => all.findIndex((other) => other.login === candidate.login) === index,
    ),
    tokens,
    apps: [app],
    repositories: list,
    enterpriseVersion: '3.19.0',
  };
  const [personal, fineGrained, publicOnly, expired, withoutSso] = tokens.map(({ value }) => value) as [string, string, string, string, string];
  return { world, owner: login, app, tokens: { personal, fineGrained, publicOnly, expired, withoutSso } };
}

/** A quarter in the first repository, the rest evenly. */
function share(total: number, parts: number, index: number): number {
  if (parts === 1) return total;
  const first = Math.ceil(total / 4);
  if (index === 0) return first;
  return Math.floor(((total - first) * index) / (parts - 1)) - Math.floor(((total - first) * (index - 1)) / (parts - 1));
}

interface RepositoryOptions {
  index: number;
  folder: string;
  login: string;
  random: Random;
  nextId: () => number;
  templates: readonly Template[];
}

const NAMES: Record<number, string> = { 1: '.github', 9: 'dots.and-dashes_and.git.ignore', 10: 'UPPER-lower', 11: 'x' };

function makeRepository({ index, folder, login, random, nextId, templates }: RepositoryOptions): { repository: Repository; template: Template } {
  const id = nextId();
  const name = NAMES[index] ?? `repo-${String(index).padStart(3, '0')}`;
  const repository: Repository = {
    id,
    nodeId: `R_${id}`,
    owner: login,
    name,
    formerNames: index === 5 ? [`${login}/before-the-rename`] : index === 8 ? [`old-home/${name}`] : [],
    private: index % 12 === 6,
    fork: index % 10 === 7,
    archived: index % 10 === 2,
    disabled: index === 4 ? 'dmca' : index === 11 ? 'tos' : null,
    description: random.pick([null, 'A description', 'Mit Ümläuten 🚀']),
    defaultBranch: index % 4 === 0 ? 'main' : random.pick(['main', 'master', 'trunk/stable']),
    empty: index % 20 === 3,
    path: join(folder, `bare-${index}.git`),
    language: random.pick([null, 'TypeScript', 'C++']),
    topics: random.chance(0.5) ? ['sync', 'testing'] : [],
    license: random.pick([null, 'MIT', 'Apache-2.0']),
    createdAt: `2021-${String(1 + (index % 12)).padStart(2, '0')}-01T00:00:00Z`,
    updatedAt: `2024-03-${String(1 + (index % 28)).padStart(2, '0')}T12:00:00Z`,
    pushedAt: index % 20 === 3 ? null : `2024-02-${String(1 + (index % 28)).padStart(2, '0')}T12:00:00Z`,
    pullRequests: [],
  };
  return { repository, template: templates[index % templates.length] as Template };
}

function write(repository: Repository, template: Template): void {
  const { path, defaultBranch, pullRequests } = repository;
  if (repository.empty) {
    makeEmptyBare(path, defaultBranch);
    return;
  }
  const at = (index: number) => template.hashes.at(index) ?? '';
  const refs = new Map([
    [`refs/heads/${defaultBranch}`, at(-1)],
    ['refs/heads/release/1.x', at(4)],
    ['refs/heads/feature/ünïcode', at(7)],
    ['refs/tags/v1.0.0', at(2)],
    ...pullRequests.map(({ number, headOid }) => [`refs/pull/${number}/head`, headOid] as const),
  ]);
  copyTemplate(template, path, defaultBranch, refs);
}

function makeApp(nextId: () => number, account: string): App {
  const pem = { type: 'pkcs1', format: 'pem' } as const;
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, publicKeyEncoding: pem, privateKeyEncoding: pem });
  const [id, installation] = [nextId(), nextId()];
  return {
    id,
    slug: 'org-sync-test',
    name: 'org-sync test',
    owner: account,
    publicKey,
    privateKey,
    installations: [{ id: installation, account, repositories: 'all', suspended: false }],
  };
}

function makeTokens(random: Random, login: string): Token[] {
  const token = (prefix: string, more: Partial<Token>): Token => ({
    value: `${prefix}${random.hex(36)}`,
    kind: 'personal',
    login: 'sync-user',
    scopes: ['repo', 'read:org'],
    privateRepositories: 'all',
    expiresAt: null,
    revoked: false,
    ssoRequired: [],
    ...more,
  });
  return [
    token('ghp_', {}),
    token('github_pat_', { kind: 'fine-grained', scopes: [], expiresAt: Date.UTC(2090, 0, 1) }),
    token('ghp_', { scopes: [], privateRepositories: [] }),
    token('ghp_', { expiresAt: Date.UTC(2020, 0, 1) }),
    token('ghp_', { ssoRequired: [login] }),
  ];
}
