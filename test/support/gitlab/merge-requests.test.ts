import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gitText } from '../git.ts';
import { tempFolder } from '../temp.ts';
import { approve, changeMergeRequest, comment, unapprove } from './changes.ts';
import { type PlainAnswer, rest } from './client.ts';
import { expectedGitLabRows, readableProjects } from './expected.ts';
import { type MadeGitLabWorld, makeGitLabWorld } from './make-world.ts';
import { type GitLab, startGitLab } from './server.ts';
import { GHOST, type MergeRequest, type Project, timeOf } from './world.ts';

const folder = tempFolder();
let made: MadeGitLabWorld;
let gitlab: GitLab;
beforeAll(async () => {
  made = makeGitLabWorld({ folder, mergeRequests: 150 });
  gitlab = await startGitLab(made.world);
});
afterAll(() => gitlab.close());

// biome-ignore lint/suspicious/noExplicitAny: the shapes are GitLab's.
type Row = Record<string, any>;
const get = <Body = Row[]>(path: string, as = made.tokens.personal) => rest<Body>(gitlab, path, as);
const first = () => made.world.projects[0] as Project;
const one = (fits: (request: MergeRequest) => boolean): MergeRequest => first().mergeRequests.find(fits) as MergeRequest;
const of = <Body = Row>(request: MergeRequest, rest = '') => get<Body>(`/projects/${first().id}/merge_requests/${request.iid}${rest}`);

/** All pages. */
async function all(path: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let page: string | null = '1'; page; ) {
    const answer: PlainAnswer<Row[]> = await get(`${path}&per_page=100&page=${page}`);
    rows.push(...answer.body);
    page = answer.headers.get('x-next-page');
  }
  return rows;
}

describe('merge requests of a group', () => {
  it('are those of all its subgroups; archived projects’ when asked for, shared and hidden ones’ never', async () => {
    const expected = expectedGitLabRows(made.world, { url: gitlab.url, token: made.tokens.personal, group: 'acme' }).mergeRequests;
    const rows = await all('/groups/acme/merge_requests?scope=all&state=all&non_archived=false');
    expect(expected).toHaveLength(150);
    expect(rows.map(({ web_url }) => web_url).toSorted()).toEqual(expected.map(({ url }) => url).toSorted());
    const fewer = await all('/groups/acme/merge_requests?scope=all');
    expect(fewer.length).toBeLessThan(rows.length);
    const archived = new Set(made.world.projects.filter((project) => project.archived).map(({ id }) => id));
    expect(fewer.some(({ project_id }) => archived.has(project_id))).toBe(false);
  });

  it('come by the time they were updated, to the microsecond that answers cut off', async () => {
    const path = '/groups/acme/merge_requests?scope=all&non_archived=false&order_by=updated_at&sort=asc';
    const rows = await all(path);
    expect(rows.map(({ updated_at }) => updated_at)).toEqual(rows.map(({ updated_at }) => updated_at).toSorted());
    const middle = rows[70]?.['updated_at'];
    const later = await all(`${path}&updated_after=${middle}`);
    expect(later.map(({ id }) => id)).toEqual(rows.slice(rows.findIndex(({ updated_at }) => updated_at === middle)).map(({ id }) => id));
    const odd = rows.find(({ id }) => first().mergeRequests.some((request) => request.id === id && !request.updatedAt.endsWith('000Z')));
    const before = await all(`${path}&updated_after=${odd?.['updated_at']}&updated_before=${odd?.['updated_at']}`);
    expect(before).toEqual([]);
    expect(await all(`${path}&updated_after=${encodeURIComponent(String(middle).replace('Z', '+00:00'))}`)).toHaveLength(later.length);
  });

  it('are refused as a list, and missing one by one, where a project has none', async () => {
    const without = made.world.projects.find(
      ({ mergeRequestsAccess, repositoryAccess }) => mergeRequestsAccess === 'disabled' && repositoryAccess === 'enabled',
    );
    const list = await get<Row>(`/projects/${without?.id}/merge_requests`);
    expect([list.status, list.body]).toEqual([403, { message: '403 Forbidden' }]);
    const single = await get<Row>(`/projects/${without?.id}/merge_requests/${without?.mergeRequests[0]?.iid}`);
    expect([single.status, single.body]).toEqual([404, { message: '404 Not found' }]);
  });
});

describe('one merge request', () => {
  it('has what lists have not: what git compares, and how many files', async () => {
    const request = one(({ state, diff }) => state === 'merged' && diff !== null);
    const { body } = await of(request);
    const { base_sha, head_sha } = body['diff_refs'];
    const files = gitText(first().folder, ['diff', '--name-only', '-M', base_sha, head_sha]).split('\n');
    expect(body['changes_count']).toBe(String(files.length));
    expect((await of<Row[]>(request, '/diffs')).body.map(({ new_path }) => new_path).toSorted()).toEqual(files.map(unquote).toSorted());
    expect((await of(request, '/changes')).body['changes']).toHaveLength(files.length);
    expect((await of<Row[]>(request, '/commits')).body[0]?.['id']).toBe(head_sha);
    const [listed] = (await get(`/projects/${first().id}/merge_requests?iids[]=${request.iid}`)).body;
    expect([listed?.['iid'], listed && 'diff_refs' in listed]).toEqual([request.iid, false]);
    expect((await of(one(({ diff }) => diff === null))).body).toMatchObject({ sha: null, diff_refs: null, changes_count: null });
  });

  it('was merged, squashed, both, or fast-forwarded', async () => {
    const ways = new Set(
      first()
        .mergeRequests.filter(({ state }) => state === 'merged')
        .map(({ mergeCommit, squashCommit }) => `${mergeCommit !== null} ${squashCommit !== null}`),
    );
    expect([...ways].toSorted()).toEqual(['false false', 'false true', 'true false', 'true true']);
    const folderOf = first().folder;
    for (const { mergeCommit, squashCommit, diff } of first().mergeRequests.filter(({ state }) => state === 'merged')) {
      const commit = mergeCommit ?? squashCommit ?? diff?.head;
      expect(commit && gitText(folderOf, ['branch', '--contains', commit])).toContain(first().defaultBranch);
    }
  });

  it('has authors who are gone', async () => {
    const rows = (await get(`/projects/${first().id}/merge_requests?per_page=100`)).body;
    expect(rows.some(({ author }) => author === null)).toBe(true);
    expect(rows.find(({ author }) => author?.username === GHOST)?.['author'].name).toBe('Ghost User');
  });

  it('tells comments from notes of GitLab’s own', async () => {
    const request = one(({ notes }) => notes.filter(({ system }) => !system).length === 21);
    const count = async (filter: string) => (await of<Row[]>(request, `/notes?per_page=100&activity_filter=${filter}`)).body.length;
    expect((await of(request)).body['user_notes_count']).toBe(21);
    expect([await count('only_comments'), await count('all_notes')]).toEqual([21, request.notes.length]);
    const oldest = (await of<Row[]>(request, '/notes?sort=asc&order_by=created_at&per_page=1')).body[0];
    expect(oldest?.['id']).toBe(request.notes[0]?.id);
  });

  it('has one approval of each approver, the time told by recent versions', async () => {
    const request = one(({ approvals }) => approvals.length > 1);
    const approved = async () => (await of(request, '/approvals')).body['approved_by'] as Row[];
    expect((await approved()).map(({ user }) => user.id)).toEqual(request.approvals.map(({ userId }) => userId));
    expect((await approved())[0]?.['approved_at']).toMatch(/\.\d{3}Z$/);
    made.world.tellsApprovedAt = false;
    expect((await approved())[0]).not.toHaveProperty('approved_at');
    made.world.tellsApprovedAt = true;
    expect((await of(request, '/approval_state')).body['rules'][0].approved_by).toHaveLength(request.approvals.length);
    const events = (await get(`/projects/${first().id}/events?action=approved&target_type=merge_request&per_page=100&sort=asc`)).body;
    expect(events.filter(({ target_iid }) => target_iid === request.iid)).toHaveLength(request.approvals.length);
  });
});

describe('what changes', () => {
  it('is updated, and expected', async () => {
    const request = one(({ state, approvals }) => state === 'opened' && approvals.length === 0);
    const userId = made.world.users[0]?.id ?? 0;
    const at = (second: number) => timeOf(Date.UTC(2025, 0, 1, 0, 0, second), 1);
    const expected = () => {
      const rows = expectedGitLabRows(made.world, { url: gitlab.url, token: made.tokens.personal, project: 'acme/project-000' });
      return {
        request: rows.mergeRequests.find(({ number }) => number === request.iid),
        approvals: rows.approvals.filter(({ number }) => number === request.iid),
      };
    };
    const comments = expected().request?.commentsCount ?? 0;
    approve(first(), request, userId, at(1));
    approve(first(), request, userId, at(2));
    comment(first(), request, userId, 'Well done', at(3));
    expect(expected().approvals.map(({ reviewId, submittedAt }) => [reviewId, submittedAt?.toISOString()])).toEqual([
      [String(userId), '2025-01-01T00:00:02.000Z'],
    ]);
    expect(expected().request).toMatchObject({ reviewsCount: 1, commentsCount: comments + 1, updatedAt: new Date('2025-01-01T00:00:03Z') });
    unapprove(first(), request, userId, at(4));
    changeMergeRequest(first(), request, { state: 'closed', closedAt: at(5) }, at(5));
    const changed = (await get('/groups/acme/merge_requests?scope=all&updated_after=2024-12-31T00:00:00Z')).body;
    expect(changed.map(({ iid, state, user_notes_count }) => [iid, state, user_notes_count])).toEqual([[request.iid, 'closed', comments + 1]]);
    expect(expected()).toMatchObject({ request: { state: 'closed' }, approvals: [] });
  });

  it('counts lines as git does, the same for every token that sees them', () => {
    const options = { url: gitlab.url, token: made.tokens.group, group: 'acme' };
    const rows = expectedGitLabRows(made.world, options).mergeRequests;
    expect(rows.some(({ additions, deletions }) => (additions ?? 0) > 0 && (deletions ?? 0) > 0)).toBe(true);
    const request = one(({ diff }) => diff !== null);
    const stat = gitText(first().folder, ['diff', '--shortstat', '-M', request.diff?.base ?? '', request.diff?.head ?? '']);
    const row = rows.find(({ url }) => url === `${gitlab.url}/acme/project-000/-/merge_requests/${request.iid}`);
    const number = (word: RegExp) => Number(word.exec(stat)?.[1] ?? 0);
    expect([row?.changedFiles, row?.additions, row?.deletions]).toEqual([number(/(\d+) files?/), number(/(\d+) insertion/), number(/(\d+) deletion/)]);
    expect(readableProjects(made.world, options)).toHaveLength(13);
    expect(rows.length).toBeGreaterThan(expectedGitLabRows(made.world, { ...options, token: made.tokens.publicOnly }).mergeRequests.length);
  });
});

/** git puts names with odd characters in quotes. */
const unquote = (name: string) => name.replace(/^"(.*)"$/, '$1');
