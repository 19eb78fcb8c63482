import { isInstalled, needsSso, visible } from '../access.ts';
import { findOwner, fullName, type Owner, type Repository } from '../world.ts';
import { checkSso, type Handler, notFound, type RestContext, refuse } from './context.ts';
import { page } from './paging.ts';
import { ownerShape, repositoryShape } from './shapes.ts';

function ownerOf(context: RestContext, login: string | undefined, type: Owner['type'] | 'any'): Owner {
  const owner = findOwner(context.world, login ?? '');
  if (!owner || (type !== 'any' && owner.type !== type)) throw notFound();
  return owner;
}

/** Orders as `sort` and `direction` say: names ascending, times descending unless told. */
function sorted(repositories: Repository[], query: URLSearchParams, standard: string): Repository[] {
  const by = query.get('sort') ?? standard;
  const field: Record<string, (repository: Repository) => string> = {
    created: ({ createdAt }) => createdAt,
    updated: ({ updatedAt }) => updatedAt,
    pushed: ({ pushedAt }) => pushedAt ?? '',
    full_name: (repository) => fullName(repository).toLowerCase(),
  };
  const key = field[by] ?? fullName;
  const ascending = (query.get('direction') ?? (by === 'full_name' ? 'asc' : 'desc')) === 'asc';
  const order = (a: Repository, b: Repository) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.id - b.id);
  return repositories.toSorted((a, b) => (ascending ? order(a, b) : order(b, a)));
}

function ofType(type: string | null): (repository: Repository) => boolean {
  if (type === 'public') return (repository) => !repository.private;
  if (type === 'private') return (repository) => repository.private;
  if (type === 'forks') return (repository) => repository.fork;
  if (type === 'sources') return (repository) => !repository.fork;
  return () => true;
}

const list = (context: RestContext, repositories: Repository[], how: 'list' | 'own') =>
  page(context, repositories, (repository) => repositoryShape(context.world, context.urls, repository, how));

function ofOwner(context: RestContext, owner: Owner, alsoPrivate: boolean): Repository[] {
  return visible(context.world, context.caller).filter((repository) => repository.owner === owner.login && (alsoPrivate || !repository.private));
}

function signedIn({ world, caller }: RestContext): Owner {
  if (caller.type === 'anonymous') throw refuse(401, 'Requires authentication');
  if (caller.type === 'app' || caller.token.login === null) throw refuse(403, 'Resource not accessible by integration');
  const { login } = caller.token;
  const owner = findOwner(world, login);
  if (!owner) throw new Error(`the world has no owner ${login} for a token`);
  return owner;
}

/** Which of the affiliations a repository is under, for the user of a token. */
function affiliation({ world }: RestContext, user: Owner, repository: Repository): string {
  if (repository.owner === user.login) return 'owner';
  return findOwner(world, repository.owner)?.members.includes(user.login) ? 'organization_member' : 'collaborator';
}

export const OWNER_ROUTES: Record<string, Handler> = {
  'GET /orgs/{org}': (context) => {
    const owner = ownerOf(context, context.params['org'], 'Organization');
    checkSso(context, owner.login);
    return { status: 200, body: ownerShape(context.world, context.urls, owner, 'organization-full') };
  },

  'GET /users/{username}': (context) => ({
    status: 200,
    body: ownerShape(context.world, context.urls, ownerOf(context, context.params['username'], 'any'), 'public-user-default-response'),
  }),

  'GET /user': (context) => ({ status: 200, body: ownerShape(context.world, context.urls, signedIn(context), 'private-user') }),

  'GET /orgs/{org}/repos': (context) => {
    const owner = ownerOf(context, context.params['org'], 'Organization');
    checkSso(context, owner.login);
    const repositories = ofOwner(context, owner, true).filter(ofType(context.query.get('type')));
    return list(context, sorted(repositories, context.query, 'created'), 'list');
  },

  // Public ones only, even of the user who asks: https://docs.github.com/en/rest/repos/repos#list-repositories-for-a-user
  'GET /users/{username}/repos': (context) =>
    list(context, sorted(ofOwner(context, ownerOf(context, context.params['username'], 'any'), false), context.query, 'full_name'), 'list'),

  'GET /user/repos': (context) => {
    const { query, world, caller } = context;
    const user = signedIn(context);
    if (query.has('type') && (query.has('visibility') || query.has('affiliation'))) {
      throw refuse(422, 'If you specify visibility or affiliation, you cannot specify type.');
    }
    const wanted = (query.get('affiliation') ?? 'owner,collaborator,organization_member').split(',').map((name) => name.trim());
    const hidden = world.owners.filter(({ login }) => needsSso(caller, login));
    const own = visible(world, caller)
      .filter((repository) => wanted.includes(affiliation(context, user, repository)))
      // Public repositories of strangers are nobody's affiliation.
      .filter((repository) => repository.private || affiliation(context, user, repository) !== 'collaborator')
      .filter(ofType(query.get('visibility') ?? query.get('type')))
      .filter((repository) => !needsSso(caller, repository.owner));
    const answer = list(context, sorted(own, query, 'full_name'), 'own');
    if (hidden.length > 0) answer.headers = { ...answer.headers, 'x-github-sso': `partial-results; organizations=${hidden.map(({ id }) => id)}` };
    return answer;
  },

  'GET /installation/repositories': (context) => {
    const { caller, world, urls } = context;
    if (caller.type !== 'token' || !caller.installation)
      throw refuse(403, 'You must authenticate with an installation access token in order to list repositories for an installation.');
    const { installation } = caller.installation;
    const given = visible(world, caller).filter((repository) => isInstalled(installation, repository));
    return page(
      context,
      given,
      (repository) => repositoryShape(world, urls, repository, 'own'),
      (repositories) => ({
        total_count: given.length,
        repository_selection: installation.repositories === 'all' ? 'all' : 'selected',
        repositories,
      }),
    );
  },
};
