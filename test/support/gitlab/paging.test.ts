import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { linkOf } from '../forge/links.ts';
import { tempFolder } from '../temp.ts';
import { rest } from './client.ts';
import { type MadeGitLabWorld, makeGitLabWorld } from './make-world.ts';
import { type GitLab, startGitLab } from './server.ts';

const folder = tempFolder();
let made: MadeGitLabWorld;
let gitlab: GitLab;
beforeAll(async () => {
  made = makeGitLabWorld({ folder });
  gitlab = await startGitLab(made.world, { path: '/gitlab' });
});
afterAll(async () => {
  await gitlab.close();
});

type Row = { id: number };
const get = (path: string) => rest<Row[]>(gitlab, path, made.tokens.personal);

async function follow(path: string): Promise<{ ids: number[]; pages: number; links: string[] }> {
  const ids: number[] = [];
  const links: string[] = [];
  let next: string | undefined = path;
  let pages = 0;
  for (; next; pages++) {
    const { body, headers } = await get(next);
    ids.push(...body.map(({ id }) => id));
    next = linkOf(headers, 'next');
    if (next) links.push(next);
  }
  return { ids, pages, links };
}

describe('paging', () => {
  it('by number: once each, with totals, on an instance below a path', async () => {
    const path = '/groups/acme/projects?include_subgroups=true&with_shared=false&order_by=id&sort=asc&per_page=4';
    const { headers } = await get(path);
    const told = ['x-page', 'x-per-page', 'x-prev-page', 'x-next-page', 'x-total', 'x-total-pages'].map((name) => headers.get(name));
    expect(told).toEqual(['1', '4', '', '2', '14', '4']);
    const { ids, pages, links } = await follow(path);
    expect([new Set(ids).size, ids.length, pages]).toEqual([14, 14, 4]);
    expect(links.every((link) => link.startsWith(`${gitlab.url}/api/v4/groups/acme/projects?id=acme&`))).toBe(true);
    expect((await get(`${path}&page=9`)).body).toEqual([]);
    expect(gitlab.url).toMatch(/:\d+\/gitlab$/);
    expect(gitlab.violations()).toEqual([]);
  });

  it('by number without totals where there are too many rows', async () => {
    made.world.countLimit = 10;
    const { headers } = await get('/groups/acme/merge_requests?scope=all&per_page=10');
    expect([headers.get('x-total'), headers.get('x-total-pages'), linkOf(headers, 'last'), headers.get('x-next-page')]).toEqual([null, null, undefined, '2']);
    made.world.countLimit = 10_000;
  });

  it('by id: links until a page is empty, and nothing else to go by', async () => {
    const path = '/projects?pagination=keyset&order_by=id&sort=asc&membership=true&per_page=3';
    const { headers } = await get(path);
    expect([headers.get('x-total'), headers.get('x-next-page'), linkOf(headers, 'last')]).toEqual([null, null, undefined]);
    const { ids, pages } = await follow(path);
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
    expect([new Set(ids).size, pages]).toEqual([ids.length, Math.ceil(ids.length / 3) + 1]);
    const descending = await follow('/projects?pagination=keyset&order_by=id&sort=desc&membership=true&per_page=3');
    expect(descending.ids).toEqual(ids.toReversed());
    const refused = await rest(gitlab, '/projects?pagination=keyset&order_by=name&sort=asc', made.tokens.personal);
    expect([refused.status, refused.body]).toEqual([405, { error: 'Keyset pagination is not yet available for this type of request' }]);
    expect((await get('/projects?page=600&per_page=100')).status).toBe(405);
  });
});
