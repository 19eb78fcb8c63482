import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkOf } from '../forge/links.ts';
import { tempFolder } from '../temp.ts';
import { moveGroup, moveProject } from './changes.ts';
import { rest } from './client.ts';
import { type MadeGitLabWorld, makeGitLabWorld } from './make-world.ts';
import { type GitLab, startGitLab } from './server.ts';
import { findGroup, type Group, type Project, projectPath } from './world.ts';

const folder = tempFolder();
let made: MadeGitLabWorld;
let gitlab: GitLab;
let token: string;
beforeAll(async () => {
  made = makeGitLabWorld({ folder });
  token = made.tokens.personal;
  gitlab = await startGitLab(made.world);
});
afterAll(() => gitlab.close());

type Row = Record<string, unknown>;
const project = (fits: (project: Project) => boolean = () => true): Project => made.world.projects.find(fits) as Project;
const pathOf = (found: Project) => projectPath(made.world, found);
const encoded = (found: Project) => encodeURIComponent(pathOf(found));
const group = () => findGroup(made.world, 'acme') as Group;
const get = <Body = Row>(path: string, as: string | undefined = token, init: RequestInit = {}) => rest<Body>(gitlab, path, as, init);
const status = async (path: string, as: string | undefined = token) => (await get(path, as)).status;
const paths = async (path: string, as?: string) => (await get<Row[]>(path, as)).body.map((row) => row['path_with_namespace'] ?? row['full_path']);

describe('groups and their projects', () => {
  it('are found by number or by encoded path', async () => {
    for (const id of [group().id, 'acme', 'ACME']) expect((await get(`/groups/${id}?with_projects=false`)).body['full_path']).toBe('acme');
    expect((await get<{ projects: Row[] }>('/groups/acme')).body.projects.length).toBeGreaterThan(0);
    expect(await paths('/groups/acme/subgroups')).toEqual(['acme/infra.tools', 'acme/platform']);
    expect(await paths('/groups/acme/descendant_groups')).toEqual(['acme/infra.tools', 'acme/platform/Mobile-Apps', 'acme/platform'].toSorted(byName));
    expect((await get('/groups/nowhere')).body).toEqual({ message: '404 Group Not Found' });
  });

  it('have subgroups in when asked for, and shared ones unless told', async () => {
    const all = await paths('/groups/acme/projects?include_subgroups=true&with_shared=false&per_page=100&order_by=id&sort=asc');
    expect(all).toEqual(
      made.world.projects
        .slice(0, 14)
        .toSorted((a, b) => a.id - b.id)
        .map(pathOf),
    );
    const direct = await paths('/groups/acme/projects?per_page=100');
    expect(direct).toContain('partners/project-000');
    expect(direct.filter((path) => path !== 'partners/project-000').every((path) => /^acme\/[^/]+$/.test(String(path)))).toBe(true);
    const archived = await get<Row[]>('/groups/acme/projects?include_subgroups=true&archived=true');
    expect(archived.body.map((row) => row['archived'])).toEqual([true, true]);
    const simple = (await get<Row[]>('/groups/acme/projects?simple=true')).body[0] ?? {};
    expect([simple['http_url_to_repo'], 'archived' in simple]).toEqual([`${gitlab.url}/${simple['path_with_namespace']}.git`, false]);
  });

  it('say what is special about a project', async () => {
    const of = async (fits: (found: Project) => boolean) => (await get(`/projects/${project(fits).id}`)).body;
    expect(await of(({ empty }) => empty)).toMatchObject({ empty_repo: true });
    expect(await of(({ repositoryAccess }) => repositoryAccess === 'disabled')).not.toHaveProperty('default_branch');
    const fork = await of(({ forkedFrom }) => forkedFrom !== null);
    expect(fork['forked_from_project']).toMatchObject({ path_with_namespace: 'partners/not-ours' });
    expect(await of(({ markedForDeletionOn }) => markedForDeletionOn !== null)).toMatchObject({ marked_for_deletion_on: '2099-01-31' });
    expect(await of(({ mergeRequestsAccess, repositoryAccess }) => mergeRequestsAccess === 'disabled' && repositoryAccess === 'enabled')).toMatchObject({
      merge_requests_enabled: false,
    });
  });

  it('send on from former paths of projects, and not from those of groups', async () => {
    const renamed = project(({ formerPaths }) => formerPaths.length > 0);
    const moved = await get<string>(`/projects/${encodeURIComponent(renamed.formerPaths[0] ?? '')}/merge_requests?state=all`);
    const location = `${gitlab.apiUrl}/projects/${renamed.id}/merge_requests?state=all`;
    expect([moved.status, moved.headers.get('location'), moved.body]).toEqual([301, location, `This resource has been moved permanently to ${location}.`]);
    expect(await status(location)).toBe(200);
    const top = group();
    moveGroup(made.world, top, { path: 'acme-two' });
    expect([await status('/groups/acme'), await status('/groups/acme-two'), await status('/projects/acme%2Fproject-000')]).toEqual([404, 200, 301]);
    moveGroup(made.world, top, { path: 'acme' });
    moveProject(made.world, renamed, { path: 'once-more' });
    expect((await get(`/projects/${renamed.id}`)).body['path']).toBe('once-more');
  });

  it('lists refs with totals', async () => {
    const { headers, body } = await get<Row[]>(`/projects/${encoded(project())}/repository/branches?per_page=1`);
    expect([headers.get('x-total'), body.length, Object.keys(body[0]?.['commit'] as Row)]).toEqual(['3', 1, expect.arrayContaining(['id', 'title'])]);
    expect((await get<Row[]>(`/projects/${project().id}/repository/tags`)).body.map((row) => row['name'])).toEqual(['v1.0.0']);
  });
});

const byName = (a: string, b: string) => ((a.split('/').at(-1) ?? '') < (b.split('/').at(-1) ?? '') ? -1 : 1);

describe('who may see what', () => {
  const secret = () => project(({ visibility, namespace }) => visibility === 'private' && namespace.kind === 'group');

  it('hides private projects and groups from strangers', async () => {
    const { personal, group: groupToken, publicOnly, project: projectToken } = made.tokens;
    for (const as of [personal, groupToken]) expect(await status(`/projects/${encoded(secret())}`, as)).toBe(200);
    const hidden = await get(`/projects/${encoded(secret())}`, publicOnly);
    expect([hidden.status, hidden.body]).toEqual([404, { message: '404 Project Not Found' }]);
    expect(await status('/groups/acme%2Fplatform%2FMobile-Apps', publicOnly)).toBe(404);
    expect(await status(`/projects/${secret().id}`, projectToken)).toBe(404);
    expect(await status(`/projects/${project().id}`, projectToken)).toBe(200);
    const internal = project(({ visibility }) => visibility === 'internal');
    expect([await status(`/projects/${internal.id}`, publicOnly), (await rest(gitlab, `/projects/${internal.id}`)).status]).toEqual([200, 404]);
  });

  it('refuses tokens in its own words', async () => {
    const { expired, revoked, cloneOnly, oauth, job } = made.tokens;
    const unknown = await get('/user', 'glpat-nonsense');
    expect([unknown.status, unknown.body]).toEqual([401, { message: '401 Unauthorized' }]);
    expect((await get('/user', expired)).body).toMatchObject({ error: 'invalid_token', error_description: expect.stringContaining('expired') });
    expect((await get('/user', revoked)).body).toMatchObject({ error: 'invalid_token', error_description: expect.stringContaining('revoked') });
    const scope = await get('/groups/acme', cloneOnly);
    expect([scope.status, scope.body['error']]).toEqual([403, 'insufficient_scope']);
    expect((await rest(gitlab, '/user')).status).toBe(401);
    const bearer = (value: string) => rest(gitlab, '/user', undefined, { headers: { authorization: `Bearer ${value}` } });
    expect([(await bearer(oauth)).body['username'], (await bearer(token)).body['username'], await status('/user', oauth)]).toEqual([
      'sync-user',
      'sync-user',
      401,
    ]);
    const asJob = (path: string) => rest(gitlab, path, undefined, { headers: { 'job-token': job } });
    expect([(await asJob('/job')).status, (await asJob('/user')).status, (await asJob('/groups/acme')).status]).toEqual([200, 401, 200]);
  });

  it('tells who one is, and of one’s own projects', async () => {
    expect((await get('/user')).body).toMatchObject({ username: 'sync-user', bot: false });
    expect((await get('/user', made.tokens.group)).body).toMatchObject({ bot: true });
    expect((await get('/personal_access_tokens/self')).body).toMatchObject({ scopes: ['read_api', 'read_repository'], expires_at: '2090-01-31' });
    expect((await get('/version')).body['version']).toMatch(/^18\./);
    expect((await get<Row[]>('/users?username=Sync-User')).body.map((row) => row['username'])).toEqual(['sync-user']);
    expect(await paths('/users/sync-user/projects?order_by=id&sort=asc')).toEqual(['sync-user/dotfiles-902', 'sync-user/dotfiles-903']);
    expect(await paths('/users/sync-user/projects', made.tokens.publicOnly)).toEqual(['sync-user/dotfiles-902']);
    expect((await get('/users/nobody/projects')).body).toEqual({ message: '404 User Not Found' });
  });
});

describe('what GitLab’s documentation does not have', () => {
  it('is kept, and refused where GitLab refuses it', async () => {
    gitlab.requests.length = 0;
    const refused: [string, string][] = [
      ['/groups/acme/projects?order_by=stars', 'order_by does not have a valid value'],
      ['/groups/acme/projects?page=first', 'page is invalid'],
      ['/groups/acme/merge_requests?updated_after=yesterday', 'updated_after is invalid'],
      ['/groups/acme/merge_requests?state=open', 'state does not have a valid value'],
      ['/projects/1/merge_requests/x', 'merge_request_iid is invalid'],
    ];
    for (const [path, error] of refused) expect([path, (await get(path)).body]).toEqual([path, { error }]);
    expect((await get('/groups/acme/platform/projects')).body).toEqual({ error: '404 Not Found' });
    for (const path of ['/groups/acme/projects?per_page=101', '/groups/acme/projects?pagination=keyset&order_by=id&sort=asc', '/groups/acme?recursive=true']) {
      expect([path, await status(path)]).toEqual([path, 200]);
    }
    await get(`/user?private_token=${token}`);
    expect(gitlab.requests.filter(({ violations }) => violations.length === 0).map(({ path }) => path)).toEqual(['/projects/1/merge_requests/x']);
    gitlab.requests.length = 0;
  });

  it('is nothing in what the other tests ask', async () => {
    const { headers } = await get('/groups/acme/projects?include_subgroups=true&per_page=5');
    await get(linkOf(headers, 'next') ?? '');
    expect(gitlab.violations()).toEqual([]);
  });
});
