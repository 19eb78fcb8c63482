import { readRefs } from '../../forge/refs.ts';
import { fullName, type PullRequest, type Repository } from '../world.ts';
import { type ConnectionArgs, connection } from './connection.ts';
import type { GraphContext } from './context.ts';
import { gitHubError } from './errors.ts';

interface PullsArgs extends ConnectionArgs {
  states?: string[] | null;
  orderBy?: { field: string; direction: 'ASC' | 'DESC' } | null;
  baseRefName?: string | null;
  headRefName?: string | null;
}

function pulls(context: GraphContext, repository: Repository, args: PullsArgs) {
  const field = args.orderBy?.field;
  const key = ({ createdAt, updatedAt, comments }: PullRequest) => {
    if (field === 'UPDATED_AT') return updatedAt;
    return field === 'COMMENTS' ? comments.count : createdAt;
  };
  const rows = repository.pullRequests
    .filter((pull) => args.states == null || args.states.includes(pull.state.toUpperCase()))
    .filter((pull) => (args.baseRefName ?? pull.baseRef) === pull.baseRef && (args.headRefName ?? pull.headRef) === pull.headRef);
  return connection(rows, args, {
    position: (pull) => [key(pull), pull.id],
    descending: args.orderBy?.direction === 'DESC',
    node: (pull) => context.nodes.pull(context, repository, pull),
  });
}

export function commitNode(context: GraphContext, repository: Repository, oid: string): object {
  const path = `/${fullName(repository)}/commit/${oid}`;
  const url = `${context.urls.web}${path}`;
  return { __typename: 'Commit', id: `C_${oid}`, oid, abbreviatedOid: oid.slice(0, 7), url, commitUrl: url, resourcePath: path, commitResourcePath: path };
}

function refNode(context: GraphContext, repository: Repository, name: string): object | null {
  const oid = readRefs(repository.path).get(name);
  if (!oid) return null;
  const prefix = name.slice(0, name.indexOf('/', 'refs/'.length) + 1);
  return { __typename: 'Ref', id: `REF_${oid}${name}`, name: name.slice(prefix.length), prefix, target: () => commitNode(context, repository, oid) };
}

function refs(context: GraphContext, repository: Repository, args: ConnectionArgs & { refPrefix: string; query?: string | null }) {
  const prefix = args.refPrefix.endsWith('/') ? args.refPrefix : `${args.refPrefix}/`;
  const names = [...readRefs(repository.path).keys()].filter((name) => name.startsWith(prefix) && name.includes(args.query ?? ''));
  return connection(names, args, { position: (name) => [name, 0], node: (name) => refNode(context, repository, name) ?? {} });
}

export function repositoryNode(context: GraphContext, repository: Repository): object {
  const path = `/${fullName(repository)}`;
  const url = `${context.urls.web}${path}`;
  // What was taken down can be listed, but nothing in it be read.
  const open = <Args, Result>(read: (args: Args) => Result) => {
    return (args: Args): Result => {
      if (repository.disabled) throw gitHubError('FORBIDDEN', 'Repository access blocked');
      return read(args);
    };
  };
  return {
    __typename: 'Repository',
    id: repository.nodeId,
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner: fullName(repository),
    owner: () => context.nodes.actor(context, repository.owner),
    url,
    resourcePath: path,
    sshUrl: `git@${new URL(url).hostname}:${fullName(repository)}.git`,
    description: repository.description,
    isFork: repository.fork,
    isArchived: repository.archived,
    archivedAt: repository.archived ? repository.updatedAt : null,
    isPrivate: repository.private,
    visibility: repository.private ? 'PRIVATE' : 'PUBLIC',
    isDisabled: repository.disabled !== null,
    isEmpty: repository.empty,
    isLocked: false,
    diskUsage: repository.empty ? 0 : 108,
    createdAt: repository.createdAt,
    updatedAt: repository.updatedAt,
    pushedAt: repository.pushedAt,
    primaryLanguage: repository.language && { __typename: 'Language', id: `LANG_${repository.language}`, name: repository.language, color: null },
    licenseInfo: repository.license && { __typename: 'License', key: repository.license.toLowerCase(), name: repository.license, spdxId: repository.license },
    languages: (args: ConnectionArgs) =>
      connection(repository.language ? [repository.language] : [], args, { position: (name) => [name, 0], node: (name) => ({ __typename: 'Language', name }) }),
    repositoryTopics: (args: ConnectionArgs) =>
      connection(repository.topics, args, {
        position: (name) => [name, 0],
        node: (name) => ({ __typename: 'RepositoryTopic', id: `RT_${name}`, topic: { __typename: 'Topic', id: `T_${name}`, name } }),
      }),
    defaultBranchRef: open(() => refNode(context, repository, `refs/heads/${repository.defaultBranch}`)),
    ref: open(({ qualifiedName }: { qualifiedName: string }) => {
      return refNode(context, repository, qualifiedName.startsWith('refs/') ? qualifiedName : `refs/heads/${qualifiedName}`);
    }),
    refs: open((args: ConnectionArgs & { refPrefix: string }) => refs(context, repository, args)),
    pullRequests: open((args: PullsArgs) => pulls(context, repository, args)),
    pullRequest: open(({ number }: { number: number }) => {
      const pull = repository.pullRequests.find((candidate) => candidate.number === number);
      if (!pull) throw gitHubError('NOT_FOUND', `Could not resolve to a PullRequest with the number of ${number}.`);
      return context.nodes.pull(context, repository, pull);
    }),
  };
}
