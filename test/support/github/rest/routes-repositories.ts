import { readRefs } from '../../forge/refs.ts';
import { git } from '../../git.ts';
import { commentsOf, type PullRequest, type Repository } from '../world.ts';
import { type Handler, notFound, type RestContext, refuse, repositoryOf } from './context.ts';
import { page } from './paging.ts';
import { commentShape, pullShape, repositoryShape, reviewShape } from './shapes.ts';

function pullOf(context: RestContext, parameter: 'pull_number' | 'issue_number'): { repository: Repository; pull: PullRequest } {
  const repository = repositoryOf(context);
  const pull = repository.pullRequests.find(({ number }) => String(number) === context.params[parameter]);
  if (!pull) throw notFound();
  return { repository, pull };
}

/** @see https://docs.github.com/en/rest/pulls/pulls#list-pull-requests */
function selected(pulls: readonly PullRequest[], query: URLSearchParams): PullRequest[] {
  const [state, sort] = [query.get('state') ?? 'open', query.get('sort') ?? 'created'];
  const ascending = (query.get('direction') ?? (sort === 'created' ? 'desc' : 'asc')) === 'asc';
  const key = (pull: PullRequest): string | number => {
    if (sort === 'updated') return pull.updatedAt;
    return sort === 'popularity' ? pull.comments.count : pull.createdAt;
  };
  const order = (a: PullRequest, b: PullRequest) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.id - b.id);
  return pulls
    .filter((pull) => state === 'all' || (state === 'open') === (pull.state === 'open'))
    .filter((pull) => (query.get('base') ?? pull.baseRef) === pull.baseRef)
    .toSorted((a, b) => (ascending ? order(a, b) : order(b, a)));
}

const emptyRepository = () => refuse(409, 'Git Repository is empty.');

export const REPOSITORY_ROUTES: Record<string, Handler> = {
  'GET /repos/{owner}/{repo}': (context) => ({
    status: 200,
    body: repositoryShape(context.world, context.urls, repositoryOf(context), 'full'),
  }),

  'GET /repos/{owner}/{repo}/pulls': (context) => {
    const repository = repositoryOf(context);
    return page(context, selected(repository.pullRequests, context.query), (pull) => pullShape(context.world, context.urls, repository, pull, 'list'));
  },

  'GET /repos/{owner}/{repo}/pulls/{pull_number}': (context) => {
    const { repository, pull } = pullOf(context, 'pull_number');
    return { status: 200, body: pullShape(context.world, context.urls, repository, pull, 'full') };
  },

  'GET /repos/{owner}/{repo}/pulls/{pull_number}/reviews': (context) => {
    const { repository, pull } = pullOf(context, 'pull_number');
    const own = context.caller.type === 'token' ? context.caller.token.login : null;
    // A review that isn't submitted is seen by its author only.
    const reviews = pull.reviews.filter((review) => review.state !== 'PENDING' || (own !== null && review.author === own));
    return page(context, reviews, (review) => reviewShape(context.world, context.urls, repository, pull, review));
  },

  'GET /repos/{owner}/{repo}/issues/{issue_number}/comments': (context) => {
    const { repository, pull } = pullOf(context, 'issue_number');
    return page(context, commentsOf(pull), (comment) => commentShape(context.urls, repository, pull, comment));
  },

  'GET /repos/{owner}/{repo}/branches': (context) => {
    const repository = repositoryOf(context);
    const branches = [...readRefs(repository.path)].filter(([name]) => name.startsWith('refs/heads/'));
    const api = `${context.urls.api}/repos/${repository.owner}/${repository.name}/commits`;
    return page(context, branches, ([name, sha]) => ({ name: name.slice('refs/heads/'.length), commit: { sha, url: `${api}/${sha}` }, protected: false }));
  },

  'GET /repos/{owner}/{repo}/git/ref/{ref}': (context) => {
    const repository = repositoryOf(context);
    if (repository.empty) throw emptyRepository();
    const ref = `refs/${context.params['ref']}`;
    const sha = readRefs(repository.path).get(ref);
    if (!sha) throw notFound();
    const api = `${context.urls.api}/repos/${repository.owner}/${repository.name}/git`;
    return { status: 200, body: { ref, node_id: `REF_${sha}`, url: `${api}/${ref}`, object: { sha, type: 'commit', url: `${api}/commits/${sha}` } } };
  },

  'GET /repos/{owner}/{repo}/commits': (context) => {
    const repository = repositoryOf(context);
    if (repository.empty) throw emptyRepository();
    const start = context.query.get('sha') ?? repository.defaultBranch;
    const hash = readRefs(repository.path).get(`refs/heads/${start}`) ?? (/^[0-9a-f]{40}$/.test(start) ? start : undefined);
    if (!hash) throw notFound();
    const hashes = git(repository.path, ['rev-list', hash]).toString().trim().split('\n');
    return page(context, hashes, (sha) => commitShape(context, repository, sha));
  },
};

function commitShape({ urls }: RestContext, repository: Repository, sha: string): unknown {
  const format = ['%T', '%P', '%an', '%ae', '%aI', '%cn', '%ce', '%cI', '%B'].join('%x00');
  const fields = git(repository.path, ['show', '--no-patch', `--format=${format}`, sha])
    .toString()
    .split('\0');
  const [tree = '', parents = '', name, email, date, committer, committerEmail, committed, message = ''] = fields;
  const api = `${urls.api}/repos/${repository.owner}/${repository.name}`;
  const html = `${urls.web}/${repository.owner}/${repository.name}/commit`;
  return {
    sha,
    node_id: `C_${sha}`,
    url: `${api}/commits/${sha}`,
    html_url: `${html}/${sha}`,
    comments_url: `${api}/commits/${sha}/comments`,
    commit: {
      url: `${api}/git/commits/${sha}`,
      author: { name, email, date },
      committer: { name: committer, email: committerEmail, date: committed },
      message: message.trimEnd(),
      tree: { sha: tree, url: `${api}/git/trees/${tree}` },
      comment_count: 0,
      verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
    },
    author: null,
    committer: null,
    parents: parents
      .split(' ')
      .filter(Boolean)
      .map((parent) => ({ sha: parent, url: `${api}/commits/${parent}`, html_url: `${html}/${parent}` })),
  };
}
