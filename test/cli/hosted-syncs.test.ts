import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { tempFolder } from '../support/temp.ts';
import { makeForgeSite } from './support/forge.ts';
import { HOSTS } from './support/hosts.ts';
import { rowsIn } from './support/report.ts';

/** What a sync asks that finds nothing new: operations of GraphQL, paths of REST. */
const QUIET = { github: ['repositories'], gitlab: ['/groups/acme/projects', '/groups/acme/merge_requests'] };

describe.each(HOSTS)('$name:', ({ provider, api, start }) => {
  it('a sync ends with its rows and the link; the next one says that nothing is new, and reads nothing', async () => {
    const link = new RegExp(`^Web UI \\(.*\\): http://127\\.0\\.0\\.1:\\d+/namespaces/default/workflows/org-sync%2F${provider}%2Facme$`, 'm');
    const folder = tempFolder();
    const forge = await start(folder, { repositories: 4, pullRequests: 20 });
    const site = makeForgeSite(join(folder, 'site'), forge);
    const first = await site.take();
    expect(first, first.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('4 of 4 repositories synced\n') });
    expect(first.stdout).toMatch(link);
    const rows = rowsIn(first.stdout);
    expect(Object.keys(rows)).toEqual([
      ...['git_refs', 'git_commits', 'git_pull_requests', 'git_pull_request_reviews', 'git_commit_stats', 'git_files', 'git_blame_ranges'],
    ]);
    for (const [table, count] of Object.entries(rows)) {
      expect({ table, count: site.rows(`select count(*) as count from ${table}`)[0]?.['count'] }).toEqual({ table, count });
      expect(count, table).toBeGreaterThan(0);
    }

    forge.server.requests.length = 0;
    const second = await site.take();
    expect(second, second.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('4 of 4 repositories synced; nothing was new\n') });
    expect(second.stdout).toMatch(link);
    expect(forge.server.requests.map(({ operation, path }) => operation ?? path)).toEqual(QUIET[provider]);
    expect(forge.server.violations()).toEqual([]);
  });

  it('just pull requests: git is asked for nothing, and there is no clone', async () => {
    const folder = tempFolder();
    const forge = await start(folder, { repositories: 4, pullRequests: 20 });
    const site = makeForgeSite(join(folder, 'site'), forge);
    const { code, stdout, stderr } = await site.take(['--stages', 'pull-requests']);
    expect(code, stderr).toBe(0);
    expect(rowsIn(stdout)).toEqual({ git_pull_requests: 20, git_pull_request_reviews: expect.any(Number) });
    expect(forge.server.requests.filter(({ kind }) => kind !== api)).toEqual([]);
    expect(readdirSync(join(site.folder, 'home/clones'), { withFileTypes: true }).filter((entry) => entry.isDirectory())).toEqual([]);
  });
});
