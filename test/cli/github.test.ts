import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempFolder } from '../support/temp.ts';
import { makeForgeSite } from './support/forge.ts';
import { startAcme } from './support/github.ts';
import { failuresIn, rowsIn } from './support/report.ts';

const LINK = /^Web UI \(.*\): http:\/\/127\.0\.0\.1:\d+\/namespaces\/default\/workflows\/org-sync%2Fgithub%2Facme$/m;

it('a sync of an organisation ends with its rows and the link; the next one says that nothing is new, and reads nothing', async () => {
  const folder = tempFolder();
  const acme = await startAcme(folder, { repositories: 4, pullRequests: 20 });
  const site = makeForgeSite(join(folder, 'site'), acme);
  const first = await site.take();
  expect(first, first.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('4 of 4 repositories synced\n') });
  expect(first.stdout).toMatch(LINK);
  const rows = rowsIn(first.stdout);
  expect(Object.keys(rows)).toEqual([
    ...['git_refs', 'git_commits', 'git_pull_requests', 'git_pull_request_reviews', 'git_commit_stats', 'git_files', 'git_blame_ranges'],
  ]);
  for (const [table, count] of Object.entries(rows)) {
    expect({ table, count: site.rows(`select count(*) as count from ${table}`)[0]?.['count'] }).toEqual({ table, count });
    expect(count, table).toBeGreaterThan(0);
  }

  acme.server.requests.length = 0;
  const second = await site.take();
  expect(second, second.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('4 of 4 repositories synced; nothing was new\n') });
  expect(second.stdout).toMatch(LINK);
  expect(acme.server.requests.map(({ operation }) => operation)).toEqual(['repositories']);
  expect(acme.server.violations()).toEqual([]);
});

it('a repository that GitHub has blocked fails alone, with the reason', async () => {
  const folder = tempFolder();
  const acme = await startAcme(folder, { repositories: 5, pullRequests: 10 });
  const { code, stdout } = await makeForgeSite(join(folder, 'site'), acme).take();
  expect({ code, failures: failuresIn(stdout) }).toEqual({
    code: 1,
    failures: [{ repository: 'acme/repo-004', reason: "GitHub doesn't hand it out: Repository access blocked" }],
  });
  expect(stdout).toContain('4 of 5 repositories synced, 1 failed\n');
});

it('just pull requests: git is asked for nothing, and there is no clone', async () => {
  const folder = tempFolder();
  const acme = await startAcme(folder, { repositories: 4, pullRequests: 20 });
  const site = makeForgeSite(join(folder, 'site'), acme);
  const { code, stdout, stderr } = await site.take(['--stages', 'pull-requests']);
  expect(code, stderr).toBe(0);
  expect(rowsIn(stdout)).toEqual({ git_pull_requests: 20, git_pull_request_reviews: expect.any(Number) });
  expect(acme.server.requests.filter(({ kind }) => kind !== 'graphql')).toEqual([]);
  expect(readdirSync(join(site.folder, 'home/clones'), { withFileTypes: true }).filter((entry) => entry.isDirectory())).toEqual([]);
});

it('a GitHub that fails for a while is told of while it is asked again', async () => {
  const folder = tempFolder();
  const effect = { do: 'status', status: 502 } as const;
  const acme = await startAcme(folder, { repositories: 1, pullRequests: 1, faults: [{ match: { kind: 'graphql' }, times: 12, effect }] });
  const { code, stderr } = await makeForgeSite(join(folder, 'site'), acme).take(['--stages', 'pull-requests']);
  expect(code, stderr).toBe(0);
  expect(stderr).toMatch(/^listing of repositories: begun; try \d: GitHub answered POST \/api\/graphql with 502/m);
});
