import { createHash } from 'node:crypto';
import { example } from '../openapi.ts';
import { findOwner, findRepository, fullName, type Owner, type PullRequest, type Repository, type Review, type World } from '../world.ts';
import type { Urls } from './context.ts';

type Json = Record<string, unknown>;

const texts = new Map<string, string>();

/** GitHub's own example of an answer, its addresses and names turned into ours: it has every field a real one has. */
function template(name: string, urls: Urls, owner = 'octocat', repository = 'Hello-World'): Json {
  let text = texts.get(name);
  if (text === undefined) {
    const value = example(name);
    text = JSON.stringify(Array.isArray(value) ? value[0] : value);
    texts.set(name, text);
  }
  return JSON.parse(
    text
      .replaceAll(/https?:\/\/api\.github\.com/g, urls.api)
      .replaceAll(/https?:\/\/github\.com/g, urls.web)
      .replaceAll('octocat/Hello-World', `${owner}/${repository}`),
  ) as Json;
}

/** A number for a login that the world has no owner for. */
const numberOf = (login: string): number => createHash('sha1').update(login.toLowerCase()).digest().readUInt32BE() >>> 4;

/** Null for a deleted user, as GitHub answers since it has a ghost. */
export function userShape(world: World, urls: Urls, login: string | null): Json | null {
  if (login === null) return null;
  const owner = findOwner(world, login);
  const bot = login.endsWith('[bot]');
  const api = `${urls.api}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id: owner?.id ?? numberOf(login),
    node_id: owner?.nodeId ?? `U_${numberOf(login)}`,
    avatar_url: `${urls.web}/avatars/u/${owner?.id ?? numberOf(login)}?`,
    gravatar_id: '',
    url: api,
    html_url: `${urls.web}/${bot ? `apps/${login.slice(0, -5)}` : login}`,
    followers_url: `${api}/followers`,
    following_url: `${api}/following{/other_user}`,
    gists_url: `${api}/gists{/gist_id}`,
    starred_url: `${api}/starred{/owner}{/repo}`,
    subscriptions_url: `${api}/subscriptions`,
    organizations_url: `${api}/orgs`,
    repos_url: `${api}/repos`,
    events_url: `${api}/events{/privacy}`,
    received_events_url: `${api}/received_events`,
    type: bot ? 'Bot' : (owner?.type ?? 'User'),
    site_admin: false,
  };
}

/** `/orgs/{org}`, `/users/{username}` or `/user`. */
export function ownerShape(world: World, urls: Urls, owner: Owner, how: 'organization-full' | 'public-user-default-response' | 'private-user'): Json {
  const count = world.repositories.filter((repository) => repository.owner === owner.login && !repository.private).length;
  const organisation = how === 'organization-full';
  const api = `${urls.api}/orgs/${owner.login}`;
  return {
    ...template(how, urls),
    ...userShape(world, urls, owner.login),
    name: owner.name,
    created_at: owner.createdAt,
    updated_at: owner.createdAt,
    public_repos: count,
    ...(organisation && {
      archived_at: null,
      url: api,
      repos_url: `${api}/repos`,
      events_url: `${api}/events`,
      hooks_url: `${api}/hooks`,
      issues_url: `${api}/issues`,
      members_url: `${api}/members{/member}`,
      public_members_url: `${api}/public_members{/member}`,
    }),
  };
}

/** As in lists, or with the more that `/repos/{owner}/{repo}` has. */
export function repositoryShape(world: World, urls: Urls, repository: Repository, how: 'list' | 'own' | 'full'): Json {
  const { owner, name } = repository;
  const names = { list: 'minimal-repository-items', own: 'repository-items-default-response', full: 'full-repository-default-response' };
  const shape = template(names[how], urls, owner, name);
  for (const left of ['template_repository', 'parent', 'source', 'organization']) delete shape[left];
  const license = repository.license && { key: repository.license.toLowerCase(), name: repository.license, spdx_id: repository.license };
  return {
    ...shape,
    id: repository.id,
    node_id: repository.nodeId,
    name,
    full_name: fullName(repository),
    owner: userShape(world, urls, owner),
    private: repository.private,
    visibility: repository.private ? 'private' : 'public',
    html_url: `${urls.web}/${owner}/${name}`,
    clone_url: `${urls.web}/${owner}/${name}.git`,
    ssh_url: `git@${new URL(urls.web).hostname}:${owner}/${name}.git`,
    description: repository.description,
    fork: repository.fork,
    archived: repository.archived,
    disabled: repository.disabled !== null,
    is_template: false,
    default_branch: repository.defaultBranch,
    ...(how === 'full' && { web_commit_signoff_required: false, allow_update_branch: false, use_squash_pr_title_as_default: false }),
    language: repository.language,
    topics: repository.topics,
    license: license && { ...license, url: `${urls.api}/licenses/${license.key}`, node_id: `L_${license.key}` },
    size: repository.empty ? 0 : 108,
    created_at: repository.createdAt,
    updated_at: repository.updatedAt,
    pushed_at: repository.pushedAt,
  };
}

/** GitHub tries the merge of open ones in a commit of its own, and gives that until there is a real one. */
const testMerge = (pull: PullRequest): string => createHash('sha1').update(`merge ${pull.id}`).digest('hex');

/** As in lists, or with the counts that only `/pulls/{pull_number}` has. */
export function pullShape(world: World, urls: Urls, repository: Repository, pull: PullRequest, how: 'list' | 'full'): Json {
  const { owner, name } = repository;
  const shape = template(how === 'list' ? 'pull-request-simple-items' : 'pull-request', urls, owner, name);
  const api = `${urls.api}/repos/${owner}/${name}`;
  const html = `${urls.web}/${owner}/${name}/pull/${pull.number}`;
  const issue = `${api}/issues/${pull.number}`;
  const self = `${api}/pulls/${pull.number}`;
  const statuses = `${api}/statuses/${pull.headOid}`;
  const user = userShape(world, urls, pull.author);
  return {
    ...shape,
    url: self,
    id: pull.id,
    node_id: pull.nodeId,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issue,
    commits_url: `${self}/commits`,
    review_comments_url: `${self}/comments`,
    comments_url: `${issue}/comments`,
    statuses_url: statuses,
    _links: {
      self: { href: self },
      html: { href: html },
      issue: { href: issue },
      comments: { href: `${issue}/comments` },
      review_comments: { href: `${self}/comments` },
      review_comment: { href: `${api}/pulls/comments{/number}` },
      commits: { href: `${self}/commits` },
      statuses: { href: statuses },
    },
    number: pull.number,
    state: pull.state === 'open' ? 'open' : 'closed',
    locked: false,
    active_lock_reason: null,
    title: pull.title,
    body: pull.body,
    user,
    labels: [],
    milestone: null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    draft: pull.draft,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommit ?? testMerge(pull),
    auto_merge: null,
    head: {
      label: `${pull.headRepository?.split('/')[0] ?? pull.author ?? 'unknown'}:${pull.headRef}`,
      ref: pull.headRef,
      sha: pull.headOid,
      user,
      repo: pull.headRepository === null ? null : sideShape(world, urls, repository, pull.headRepository),
    },
    base: {
      label: `${owner}:${pull.baseRef}`,
      ref: pull.baseRef,
      sha: pull.baseOid,
      user: userShape(world, urls, owner),
      repo: sideShape(world, urls, repository, fullName(repository)),
    },
    ...(how === 'full' && {
      merged: pull.state === 'merged',
      mergeable: pull.state === 'open' ? true : null,
      rebaseable: pull.state === 'open' ? true : null,
      mergeable_state: pull.state === 'open' ? 'clean' : 'unknown',
      merged_by: pull.state === 'merged' ? userShape(world, urls, owner) : null,
      comments: pull.comments.count,
      review_comments: pull.reviewComments,
      commits: 1,
      additions: pull.additions,
      deletions: pull.deletions,
      changed_files: pull.changedFiles,
    }),
  };
}

/** A head may be in a fork that nothing else is known of. */
function sideShape(world: World, urls: Urls, base: Repository, name: string): Json {
  const [owner = '', short = ''] = name.split('/');
  const found = findRepository(world, owner, short)?.repository;
  const fork = { ...base, id: numberOf(name), nodeId: `R_${numberOf(name)}`, owner, name: short, fork: true };
  return { ...repositoryShape(world, urls, found ?? fork, 'own') };
}

export function reviewShape(world: World, urls: Urls, repository: Repository, pull: PullRequest, review: Review): Json {
  const html = `${urls.web}/${fullName(repository)}/pull/${pull.number}#pullrequestreview-${review.id}`;
  const url = `${urls.api}/repos/${fullName(repository)}/pulls/${pull.number}`;
  const { submitted_at: _, ...shape } = template('pull-request-review-items', urls, repository.owner, repository.name);
  return {
    ...shape,
    id: review.id,
    node_id: review.nodeId,
    user: userShape(world, urls, review.author),
    body: '',
    state: review.state,
    html_url: html,
    pull_request_url: url,
    _links: { html: { href: html }, pull_request: { href: url } },
    commit_id: pull.headOid,
    ...(review.submittedAt !== null && { submitted_at: review.submittedAt }),
  };
}

export function commentShape(urls: Urls, repository: Repository, pull: PullRequest, comment: { id: number; createdAt: string }): Json {
  const url = `${urls.api}/repos/${fullName(repository)}/issues`;
  return {
    ...template('issue-comment-items', urls, repository.owner, repository.name),
    id: comment.id,
    node_id: `IC_${comment.id}`,
    url: `${url}/comments/${comment.id}`,
    html_url: `${urls.web}/${fullName(repository)}/pull/${pull.number}#issuecomment-${comment.id}`,
    issue_url: `${url}/${pull.number}`,
    created_at: comment.createdAt,
    updated_at: comment.createdAt,
  };
}
