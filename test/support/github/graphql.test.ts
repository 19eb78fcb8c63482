import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tempFolder } from '../temp.ts';
import { graphql, rest } from './client.ts';
import { expectedRows } from './expected.ts';
import { type MadeWorld, makeWorld } from './make-world.ts';
import { type GitHub, startGitHub } from './server.ts';
import { fullName, type Repository } from './world.ts';

const folder = tempFolder();
let made: MadeWorld;
let github: GitHub;
let token: string;
beforeAll(async () => {
  made = makeWorld({ folder, pullRequests: 80, bots: true });
  token = made.tokens.personal;
  github = await startGitHub(made.world);
});
afterAll(() => github.close());

const ask = async (query: string, variables?: Record<string, unknown>, as = token) => (await graphql(github, as, query, variables)).body;
const repository = (fits: (repository: Repository) => boolean): Repository => made.world.repositories.find(fits) as Repository;

const PULLS = `query Pulls($owner: String!, $name: String!, $first: Int!, $after: String) {
  rateLimit { cost remaining limit used resetAt nodeCount }
  repository(owner: $owner, name: $name) {
    pullRequests(first: $first, after: $after, orderBy: {field: UPDATED_AT, direction: DESC}) {
      totalCount
      pageInfo { endCursor hasNextPage }
      nodes {
        number title body state isDraft author { login __typename } createdAt updatedAt mergedAt closedAt
        mergeCommit { oid } headRefName baseRefName additions deletions changedFiles url totalCommentsCount
        comments(first: 1) { totalCount nodes { createdAt } }
        reviews(first: 50) { totalCount pageInfo { hasNextPage endCursor } nodes { databaseId fullDatabaseId state submittedAt author { login } } }
      }
    }
  }
}`;

describe('GraphQL', () => {
  it('executes on the real schema: a wrong field, a missing argument and a wrong type are errors', async () => {
    for (const query of [
      '{ viewer { nickname } }',
      '{ repository(name: "x") { id } }',
      '{ organization(login: 1) { id } }',
      'query($a: Int!) { viewer { id } }',
    ]) {
      const { data, errors } = await ask(query);
      expect(data).toBeUndefined();
      expect(errors?.length).toBeGreaterThan(0);
    }
    expect(github.violations()).toHaveLength(4);
    github.requests.length = 0;
  });

  it('pages through the pull requests of every repository as the expected rows have them', async () => {
    const expected = expectedRows(made.world, { webUrl: github.webUrl, token, noBody: '' });
    const seen: unknown[] = [];
    for (const { owner, name, disabled } of made.world.repositories) {
      if (disabled) continue;
      for (let after: string | null = null, more = true; more; ) {
        const { data } = await ask(PULLS, { owner, name, first: 9, after });
        const { nodes, pageInfo } = data.repository.pullRequests;
        [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
        for (const pull of nodes) {
          const login = pull.author && (pull.author.__typename === 'Bot' ? `${pull.author.login}[bot]` : pull.author.login);
          const { title, body, state, mergeCommit, comments, totalCommentsCount, url } = pull;
          const first = comments.nodes[0]?.createdAt ?? null;
          seen.push([
            `${owner}/${name}`,
            pull.number,
            title,
            body,
            state.toLowerCase(),
            login,
            mergeCommit?.oid ?? null,
            first,
            totalCommentsCount,
            url,
            pull.updatedAt,
          ]);
        }
      }
    }
    const rows = expected.pullRequests.map((row) => [
      ...[row.repo, row.number, row.title, row.body, row.state, row.author_name, row.merge_commit_hash, row.first_comment_at, row.comments_count],
      ...[row.url, row.updated_at],
    ]);
    const inOrder = (list: unknown[]) => list.map((row) => JSON.stringify(row)).toSorted();
    expect(expected.pullRequests).toHaveLength(80);
    expect(inOrder(seen)).toEqual(inOrder(rows));
    expect(github.violations()).toEqual([]);
    expect(github.requests.at(-1)).toMatchObject({ kind: 'graphql', operation: 'Pulls', points: 1 });
  });

  it('goes on with reviews beyond the first page, and keeps the pending ones of others to itself', async () => {
    const { owner, name, pullRequests } = repository(() => true);
    const pull = pullRequests.find(({ reviews }) => reviews.length > 120);
    const query = `query($o: String!, $n: String!, $p: Int!, $a: String) { repository(owner: $o, name: $n) { pullRequest(number: $p) {
      reviews(first: 50, after: $a) { pageInfo { hasNextPage endCursor } nodes { fullDatabaseId databaseId state } } } } }`;
    const ids: number[] = [];
    for (let a: string | null = null, more = true; more; ) {
      const { data } = await ask(query, { o: owner, n: name, p: pull?.number, a });
      const { nodes, pageInfo } = data.repository.pullRequest.reviews;
      ids.push(...nodes.map((node: { fullDatabaseId: string }) => Number(node.fullDatabaseId)));
      expect(nodes[0].databaseId).toBeNull();
      [a, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
    }
    expect(ids).toEqual(pull?.reviews.filter(({ state, author }) => state !== 'PENDING' || author === 'sync-user').map(({ id }) => id));
  });

  it('counts points by the documented formula', async () => {
    const query = `{ rateLimit { cost nodeCount } organization(login: "acme") { repositories(first: 50) { nodes { pullRequests(first: 20) { nodes { comments(first: 10) { nodes { id } } } } } } } }`;
    const { data } = await ask(query.replace('nodes { pullRequests', 'nodes { isDisabled pullRequests'));
    expect(data.rateLimit).toEqual({ cost: 11, nodeCount: 11_050 });
  });

  it('enforces the limits of a query', async () => {
    const type = async (query: string) => (await ask(query)).errors?.map((error) => error.type);
    const inside = (text: string) => `{ organization(login: "acme") { repositories${text} } }`;
    expect(await type(inside('(first: 101) { nodes { id } }'))).toEqual(['EXCESSIVE_PAGINATION']);
    expect(await type(inside(' { nodes { id } }'))).toEqual(['MISSING_PAGINATION_BOUNDARIES']);
    expect(await type(inside(' { totalCount }'))).toBeUndefined();
    expect(await type(inside('(first: 100) { nodes { pullRequests(first: 100) { nodes { reviews(first: 100) { nodes { id } } } } } }'))).toEqual([
      'MAX_NODE_LIMIT_EXCEEDED',
    ]);
    expect(await type(inside('(first: 5, after: "bm9uc2Vuc2U=") { nodes { id } }'))).toEqual(['INVALID_CURSOR_ARGUMENTS']);
    expect((await ask('{ organization(login: "acme") { teams(first: 1) { totalCount } } }', {}, made.tokens.publicOnly)).errors?.[0]?.type).toBe(
      'INSUFFICIENT_SCOPES',
    );
  });

  it('answers in part: what is missing, blocked or behind single sign-on is null with an error', async () => {
    const [node, gone] = [made.world.repositories[0]?.nodeId, 'R_gone'];
    const { data, errors } = await ask(
      `query($ids: [ID!]!) { nodes(ids: $ids) { id __typename ... on Repository { nameWithOwner } } a: repository(owner: "acme", name: "no") { id } }`,
      {
        ids: [node, gone],
      },
    );
    expect(data).toEqual({ nodes: [{ id: node, __typename: 'Repository', nameWithOwner: fullName(repository(() => true)) }, null], a: null });
    expect(errors?.map(({ type, path }) => [type, path])).toEqual(
      expect.arrayContaining([
        ['NOT_FOUND', ['nodes', 1]],
        ['NOT_FOUND', ['a']],
      ]),
    );
    const blocked = fullName(repository(({ disabled }) => disabled === 'dmca')).split('/');
    const pulls = await ask(`{ repository(owner: "${blocked[0]}", name: "${blocked[1]}") { isDisabled pullRequests(first: 1) { totalCount } } }`);
    expect([pulls.data.repository, pulls.errors?.[0]?.type]).toEqual([null, 'FORBIDDEN']);
    const sso = await ask('{ organization(login: "acme") { id } }', {}, made.tokens.withoutSso);
    expect([sso.data.organization, sso.errors?.[0]?.type, sso.errors?.[0]?.extensions]).toEqual([null, 'FORBIDDEN', { saml_failure: true }]);
  });

  it('follows renames, hides private repositories, probes an organisation', async () => {
    const renamed = repository(({ formerNames }) => formerNames.length > 0);
    const query = 'query($f: Boolean) { repository(owner: "acme", name: "before-the-rename", followRenames: $f) { nameWithOwner databaseId } }';
    expect((await ask(query, { f: true })).data.repository).toEqual({ nameWithOwner: fullName(renamed), databaseId: renamed.id });
    expect((await ask(query, { f: false })).errors?.[0]?.type).toBe('NOT_FOUND');
    const probe = `{ repositoryOwner(login: "acme") { __typename repositories(first: 100, orderBy: {field: NAME, direction: ASC}) { totalCount nodes {
      nameWithOwner isEmpty isPrivate isDisabled isLocked defaultBranchRef { name target { oid } } pushedAt updatedAt
      repositoryTopics(first: 3) { nodes { topic { name } } } licenseInfo { spdxId } primaryLanguage { name } } } } }`;
    const { data } = await ask(probe);
    expect(data.repositoryOwner).toMatchObject({ __typename: 'Organization', repositories: { totalCount: 12 } });
    const { nodes } = (await ask(probe, {}, made.tokens.publicOnly)).data.repositoryOwner.repositories;
    expect(nodes.some((node: { isPrivate: boolean } | null) => node?.isPrivate)).toBe(false);
    expect(nodes.find((node: { isEmpty: boolean } | null) => node?.isEmpty).defaultBranchRef).toBeNull();
  });

  it('needs a token', async () => {
    expect((await rest(github, github.graphqlUrl, undefined, { method: 'POST', body: '{"query": "{ viewer { login } }"}' })).status).toBe(401);
    expect((await ask('{ viewer { login } }')).data).toEqual({ viewer: { login: 'sync-user' } });
  });
});
