import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkOf } from '../forge/links.ts';
import { tempFolder } from '../temp.ts';
import { rest } from './client.ts';
import { readRecordings, replay } from './fixtures.ts';
import { type MadeWorld, makeWorld } from './make-world.ts';
import { findOperation } from './openapi.ts';
import { responseViolations } from './openapi-answers.ts';
import { type GitHub, startGitHub } from './server.ts';
import { fullName, type Repository } from './world.ts';

const folder = tempFolder();
let made: MadeWorld;
let github: GitHub;
let token: string;
beforeAll(async () => {
  made = makeWorld({ folder, pullRequests: 80 });
  token = made.tokens.personal;
  github = await startGitHub(made.world);
});
afterAll(() => github.close());

const repository = (fits: (repository: Repository) => boolean): Repository => made.world.repositories.find(fits) as Repository;
const first = () => repository(() => true);

describe('REST', () => {
  it('answers what GitHub describes', async () => {
    const name = fullName(first());
    const number = first().pullRequests[3]?.number;
    const paths = ['/orgs/acme', '/users/alice', '/user', '/orgs/acme/repos', '/users/acme/repos', '/user/repos', `/repos/${name}`];
    const inside = ['/pulls?state=all&per_page=100', `/pulls/${number}`, `/pulls/${number}/reviews`, `/issues/${number}/comments`];
    const git = ['/branches', '/git/ref/heads/main', '/commits'];
    for (const path of [...paths, ...[...inside, ...git].map((rest) => `/repos/${name}${rest}`), '/rate_limit', '/meta']) {
      const answer = await rest(github, path, token);
      const template = findOperation('GET', path.split('?')[0] ?? '')?.template ?? '';
      expect({ path, status: answer.status }).toEqual({ path, status: 200 });
      // GitHub's own recordings have null heads and authors, which its description forbids, and so does it what its example has.
      const odd = responseViolations('GET', template, 200, answer.body).filter(
        (text) => !/\/(head\/repo|user|oneOf|verification)\b|must match exactly one/.test(text),
      );
      expect({ path, odd }).toEqual({ path, odd: [] });
    }
    expect(github.violations()).toEqual([]);
  });

  it('has every field of the recorded answers', async () => {
    const recorded = (name: string, path: RegExp) => readRecordings(name).find((recording) => path.test(recording.path))?.response as object;
    const ours = await rest(github, `/repos/${fullName(first())}`, token);
    const spared = ['permissions', 'temp_clone_token', 'organization', 'has_pages'];
    const keys = (body: object) => Object.keys(body).filter((key) => !spared.includes(key));
    expect(Object.keys(ours.body)).toEqual(expect.arrayContaining(keys(recorded('get-repository', /./))));
    const organization = await rest(github, '/orgs/acme', token);
    expect(Object.keys(organization.body)).toEqual(
      expect.arrayContaining(['login', 'id', 'node_id', 'url', 'repos_url', 'public_repos', 'created_at', 'type']),
    );
  });

  it('pages through everything by addresses with numbers, once each', async () => {
    const seen: number[] = [];
    let next: string | undefined = `/repos/${fullName(first())}/pulls?state=all&sort=updated&direction=desc&per_page=7`;
    const links: string[] = [];
    while (next) {
      const { body, headers } = await rest<{ number: number }[]>(github, next, token);
      seen.push(...body.map(({ number }) => number));
      next = linkOf(headers, 'next');
      if (next) links.push(next);
    }
    expect(seen.toSorted((a, b) => a - b)).toEqual(first().pullRequests.map(({ number }) => number));
    expect(links.every((link) => link.startsWith(`${github.apiUrl}/repositories/${first().id}/pulls?`))).toBe(true);
    expect(github.requests.at(-1)?.path).toBe(`/repos/${fullName(first())}/pulls`);
  });

  it('rejects what GitHub does not describe, and keeps it', async () => {
    const before = github.requests.length;
    for (const path of ['/orgs/acme/repos?per_page=101', '/orgs/acme/repos?sort=name', '/orgs/acme/repos?since=2020', '/repos/acme/x/pulls/abc']) {
      expect({ path, status: (await rest(github, path, token)).status }).toEqual({ path, status: 422 });
    }
    expect((await rest(github, '/organisations/acme', token)).status).toBe(404);
    expect(github.requests.slice(before).every(({ violations }) => violations.length > 0)).toBe(true);
    github.requests.length = 0;
  });

  it('says 304 to what it knows, free of charge, and to the same token only', async () => {
    const path = '/orgs/acme/repos?per_page=5';
    const fresh = await rest(github, path, token);
    const etag = fresh.headers.get('etag') ?? '';
    const again = await rest(github, path, token, { headers: { 'if-none-match': etag } });
    expect([again.status, again.body]).toEqual([304, null]);
    expect(again.headers.get('x-ratelimit-remaining')).toBe(fresh.headers.get('x-ratelimit-remaining'));
    expect((await rest(github, path, made.tokens.fineGrained, { headers: { 'if-none-match': etag } })).status).toBe(200);
  });

  it('sends on from former names', async () => {
    const renamed = repository(({ formerNames }) => formerNames.length > 0);
    const moved = await rest(github, '/repos/ACME/before-the-rename/pulls?state=all', token);
    expect([moved.status, moved.headers.get('location')]).toEqual([301, `${github.apiUrl}/repositories/${renamed.id}/pulls?state=all`]);
    expect((await rest(github, moved.headers.get('location') ?? '', token)).status).toBe(200);
  });

  it('hides, blocks and refuses', async () => {
    const status = async (path: string, asToken?: string, init?: RequestInit) => (await rest(github, path, asToken, init)).status;
    const secret = fullName(repository((candidate) => candidate.private));
    const { publicOnly, expired, withoutSso } = made.tokens;
    expect(await status(`/repos/${secret}`, publicOnly)).toBe(404);
    expect(await status(`/repos/${secret}`, token)).toBe(200);
    expect(await status(`/repos/${fullName(repository(({ empty }) => empty))}/commits`, token)).toBe(409);
    const blocked = await rest(github, `/repos/${fullName(repository(({ disabled }) => disabled === 'dmca'))}`, token);
    expect([blocked.status, blocked.body['message'], blocked.body['block']]).toEqual([
      451,
      'Repository access blocked',
      expect.objectContaining({ reason: 'dmca' }),
    ]);
    expect(await status(`/repos/${fullName(repository(({ disabled }) => disabled === 'tos'))}`, token)).toBe(403);
    for (const bad of [expired, 'nonsense', 'a.b.c']) expect(await status('/user', bad)).toBe(401);
    const sso = await rest(github, '/orgs/acme/repos', withoutSso);
    expect([sso.status, sso.headers.get('x-github-sso')]).toEqual([403, expect.stringContaining('required; url=')]);
    expect((await rest(github, '/user/repos', withoutSso)).headers.get('x-github-sso')).toMatch(/^partial-results; organizations=\d+$/);
    expect((await rest(github, '/user', token)).headers.get('x-oauth-scopes')).toBe('repo, read:org');
    expect(await status('/user', token, { headers: { 'x-github-api-version': '1999-01-01' } })).toBe(400);
  });

  it('replays what github.com once answered', async () => {
    const recordings = readRecordings('paginate-issues');
    const server = await replay(recordings);
    const address = (path: string) => fetch(`${server.url}${path}`, { headers: { accept: 'application/vnd.github.v3+json' } });
    const page = await address(recordings[0]?.path ?? '');
    expect(page.status).toBe(200);
    expect(linkOf(page.headers, 'next')).toContain(server.url);
    await server.close();
  });
});
