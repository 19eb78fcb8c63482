import { canSee, needsSso, SSO_MESSAGE } from '../access.ts';
import { findOwner, findRepository, timeOf } from '../world.ts';
import type { GraphContext } from './context.ts';
import { gitHubError } from './errors.ts';
import { actorNode, ownerNode } from './nodes-owners.ts';
import { pullNode, reviewNode } from './nodes-pulls.ts';
import { repositoryNode } from './nodes-repositories.ts';

/** Everything that has a global id and may be seen, made when it is asked for. */
function findNode(context: GraphContext, id: string): object {
  const { world, caller } = context;
  const owner = world.owners.find(({ nodeId }) => nodeId === id);
  if (owner) return ownerNode(context, owner);
  for (const repository of world.repositories) {
    if (!canSee(caller, repository)) continue;
    const guarded = (make: () => object) => {
      if (needsSso(caller, repository.owner)) throw gitHubError('FORBIDDEN', SSO_MESSAGE, { saml_failure: true });
      return make();
    };
    if (repository.nodeId === id) return guarded(() => repositoryNode(context, repository));
    for (const pull of repository.pullRequests) {
      if (pull.nodeId === id) return guarded(() => pullNode(context, repository, pull));
      const review = pull.reviews.find(({ nodeId }) => nodeId === id);
      if (review) return guarded(() => reviewNode(context, repository, pull, review));
    }
  }
  throw gitHubError('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`);
}

/** Each entry fails by itself. */
function attempt(make: () => object): object | Error {
  try {
    return make();
  } catch (error) {
    return error as Error;
  }
}

function owner(context: GraphContext, login: string, type: 'Organization' | 'User'): object {
  const found = findOwner(context.world, login);
  if (found?.type !== type) throw gitHubError('NOT_FOUND', `Could not resolve to ${type === 'User' ? 'a' : 'an'} ${type} with the login of '${login}'.`);
  return ownerNode(context, found);
}

function viewer(context: GraphContext): object | null {
  const { caller } = context;
  if (caller.type !== 'token') return null;
  return actorNode(context, caller.token.login ?? `${caller.installation?.app.slug}[bot]`);
}

/** The fields of `Query`. */
export const rootNode = (context: GraphContext) => ({
  viewer: () => viewer(context),
  organization: ({ login }: { login: string }) => owner(context, login, 'Organization'),
  user: ({ login }: { login: string }) => owner(context, login, 'User'),
  repositoryOwner: ({ login }: { login: string }) => {
    const found = findOwner(context.world, login);
    return found ? ownerNode(context, found) : null;
  },
  repository: ({ owner, name, followRenames }: { owner: string; name: string; followRenames?: boolean | null }) => {
    const found = findRepository(context.world, owner, name);
    if (!found || !canSee(context.caller, found.repository) || (found.moved && followRenames === false)) {
      throw gitHubError('NOT_FOUND', `Could not resolve to a Repository with the name '${owner}/${name}'.`);
    }
    if (needsSso(context.caller, found.repository.owner)) throw gitHubError('FORBIDDEN', SSO_MESSAGE, { saml_failure: true });
    return repositoryNode(context, found.repository);
  },
  node: ({ id }: { id: string }) => findNode(context, id),
  nodes: ({ ids }: { ids: string[] }) => ids.map((id) => attempt(() => findNode(context, id))),
  rateLimit: () => {
    const { limit, used, resetAt } = context.budget;
    return { cost: context.cost.points, limit, used, remaining: limit - used, resetAt: timeOf(resetAt), nodeCount: context.cost.nodes };
  },
});
