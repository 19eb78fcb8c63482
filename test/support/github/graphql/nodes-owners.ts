import { needsSso, SSO_MESSAGE, visible } from '../access.ts';
import { findOwner, type Owner, type Repository } from '../world.ts';
import { type ConnectionArgs, connection } from './connection.ts';
import type { GraphContext } from './context.ts';
import { gitHubError } from './errors.ts';

interface RepositoriesArgs extends ConnectionArgs {
  orderBy?: { field: string; direction: 'ASC' | 'DESC' } | null;
  privacy?: string | null;
  visibility?: string | null;
  isFork?: boolean | null;
  isArchived?: boolean | null;
  isLocked?: boolean | null;
}

const ORDERS: Record<string, (repository: Repository) => string> = {
  CREATED_AT: ({ createdAt }) => createdAt,
  UPDATED_AT: ({ updatedAt }) => updatedAt,
  PUSHED_AT: ({ pushedAt }) => pushedAt ?? '',
  NAME: ({ name }) => name.toLowerCase(),
};

function repositories(context: GraphContext, owner: string, args: RepositoriesArgs) {
  const wanted = args.privacy ?? args.visibility;
  const rows = visible(context.world, context.caller)
    .filter((repository) => repository.owner === owner)
    .filter((repository) => args.isFork == null || repository.fork === args.isFork)
    .filter((repository) => args.isArchived == null || repository.archived === args.isArchived)
    .filter(() => args.isLocked !== true)
    .filter((repository) => wanted == null || (wanted === 'PRIVATE') === repository.private);
  const key = ORDERS[args.orderBy?.field ?? ''] ?? (() => '');
  return connection(rows, args, {
    position: (repository) => [key(repository), repository.id],
    descending: args.orderBy?.direction === 'DESC',
    node: (repository) => context.nodes.repository(context, repository),
  });
}

/** Whoever acts or owns, by login; null for a deleted user. */
export function actorNode(context: GraphContext, login: string | null): object | null {
  if (login === null) return null;
  const owner = findOwner(context.world, login);
  if (owner) return ownerNode(context, owner);
  const bot = login.endsWith('[bot]');
  const short = bot ? login.slice(0, -5) : login;
  return {
    __typename: bot ? 'Bot' : 'User',
    id: `U_${short}`,
    login: short,
    url: `${context.urls.web}/${bot ? 'apps/' : ''}${short}`,
    avatarUrl: `${context.urls.web}/avatars/${short}`,
    resourcePath: `/${short}`,
  };
}

export function ownerNode(context: GraphContext, owner: Owner): object {
  if (needsSso(context.caller, owner.login)) throw gitHubError('FORBIDDEN', SSO_MESSAGE, { saml_failure: true });
  const find = (name: string) =>
    visible(context.world, context.caller).find((repository) => repository.owner === owner.login && repository.name.toLowerCase() === name.toLowerCase());
  return {
    __typename: owner.type,
    id: owner.nodeId,
    databaseId: owner.id,
    login: owner.login,
    name: owner.name,
    url: `${context.urls.web}/${owner.login}`,
    avatarUrl: `${context.urls.web}/avatars/u/${owner.id}`,
    resourcePath: `/${owner.login}`,
    createdAt: owner.createdAt,
    updatedAt: owner.createdAt,
    isViewer: context.caller.type === 'token' && context.caller.token.login === owner.login,
    repositories: (args: RepositoriesArgs) => repositories(context, owner.login, args),
    repository: ({ name }: { name: string }) => {
      const found = find(name);
      return found ? context.nodes.repository(context, found) : null;
    },
    organizations: (args: ConnectionArgs) =>
      connection(
        context.world.owners.filter(({ members }) => members.includes(owner.login)),
        args,
        { position: ({ id }) => ['', id], node: (organisation) => ownerNode(context, organisation) },
      ),
  };
}
