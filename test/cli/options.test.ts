import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, expect, it } from 'vitest';
import { commitAll, git, gitText, initRepository } from '../support/git.ts';
import { tempFolder } from '../support/temp.ts';
import { makeSite } from './support/org-sync.ts';

const DAY = 86_400;
/** 2020-09-13T12:26:40Z */
const START = 1_600_000_000;
const folder = tempFolder();
const repositories = join(folder, 'repositories');
const api = join(repositories, 'api');
/** A site for each test: what one asked for is no start for another. */
const site = (name: string) => makeSite(join(folder, name));
/** Subjects of the commits of api: the third is dated before the second. */
const commits = (place: ReturnType<typeof makeSite>) =>
  place
    .rows<{ message: string }>('select message from git_commits where repo_id = (select id from repos where repo = ?) order by message', 'api')
    .map(({ message }) => message.trim());
const names = (place: ReturnType<typeof makeSite>) => place.rows<{ repo: string }>('select repo from repos order by repo').map(({ repo }) => repo);
const count = (place: ReturnType<typeof makeSite>, table: string) => place.rows<{ n: number }>(`select count(*) as n from ${table}`)[0]?.n;

beforeAll(() => {
  for (const name of ['api', 'api-client', 'web']) initRepository(join(repositories, name));
  for (const [index, day] of [0, 10, 5, 20].entries()) {
    writeFileSync(join(api, 'file.txt'), `${index}\n`);
    commitAll(api, `commit ${index + 1}\n`, START + day * DAY);
  }
  git(api, ['checkout', '--quiet', '-b', 'topic']);
  commitAll(api, 'commit 5, on a branch\n', START + 30 * DAY);
  git(api, ['checkout', '--quiet', 'main']);
  for (const name of ['api-client', 'web']) commitAll(join(repositories, name), 'only\n');
});

it('--pattern and --repo take the repositories that both allow', async () => {
  const place = site('selection');
  expect((await place.sync([repositories, '--pattern', 'API*', '--repo', 'web', '--repo', 'api-client'])).code).toBe(0);
  expect(names(place)).toEqual(['api-client']);
});

it('a selection that fits nothing says so', async () => {
  const { code, stdout } = await site('nothing').sync([repositories, '--pattern', 'ap']);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: expect.stringContaining("No repository matches --pattern 'ap'. A pattern has to match the full name, as in acme/api-* or */api-*."),
  });
});

it('a name that no repository has is a failure, beside which the others are synced', async () => {
  const place = site('misspelt');
  const { code, stdout } = await place.sync([repositories, '--repo', 'wbe', '--repo', 'API-client']);
  expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringMatching(/wbe.*no repository of this name was found/) });
  expect(names(place)).toEqual(['api-client']);
});

it('--max-repos takes no more than that', async () => {
  const place = site('max-repos');
  const { code, stdout } = await place.sync([repositories, '--max-repos', '2']);
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('2 of 2 repositories synced') });
  expect(names(place)).toHaveLength(2);
});

it('--max-commits takes the latest of each repository', async () => {
  const place = site('max-commits');
  expect((await place.sync([api, '--max-commits', '2'])).code).toBe(0);
  expect(commits(place)).toEqual(['commit 3', 'commit 4']);
});

it('--since takes every commit that is not older, whatever the order of dates', async () => {
  const place = site('since');
  // The second's own second.
  expect((await place.sync([api, '--since', '2020-09-23T12:26:40Z'])).code).toBe(0);
  expect(commits(place)).toEqual(['commit 2', 'commit 4']);
});

it('--all-branches takes the commits of branches that are not checked out', async () => {
  const place = site('all-branches');
  expect((await place.sync([api])).code).toBe(0);
  expect(commits(place)).toHaveLength(4);
  expect((await place.sync([api, '--all-branches'])).code).toBe(0);
  expect(commits(place)).toContain('commit 5, on a branch');
});

it('--stages does those alone, whatever order they are named in', async () => {
  const place = site('stages');
  const { code, stdout } = await place.sync([api, '--stages', 'commit-stats,commits']);
  expect(code).toBe(0);
  expect(stdout).not.toContain('git_blame_ranges');
  expect([count(place, 'git_commits'), count(place, 'git_commit_stats'), count(place, 'git_files'), count(place, 'git_blame_ranges')]).toEqual([4, 4, 0, 0]);
  expect(place.rows('select stage from sync_state order by stage')).toEqual([{ stage: 'commit-stats' }, { stage: 'commits' }]);
});

it('--full reads again what a sync with nothing new leaves alone', async () => {
  const place = site('full');
  expect((await place.sync([api])).code).toBe(0);
  const database = new DatabaseSync(join(place.folder, 'org-sync.db'));
  database.exec('delete from git_commits; delete from git_commit_stats; delete from git_blame_ranges');
  database.close();
  expect((await place.sync([api])).code).toBe(0);
  expect(count(place, 'git_commits')).toBe(0);
  expect((await place.sync([api, '--full'])).code).toBe(0);
  expect([count(place, 'git_commits'), count(place, 'git_commit_stats'), count(place, 'git_blame_ranges')]).toEqual([4, 4, 1]);
});

it('the head that is checked out is the one that counts', async () => {
  const place = site('head');
  git(api, ['checkout', '--quiet', 'topic']);
  expect((await place.sync([api])).code).toBe(0);
  git(api, ['checkout', '--quiet', 'main']);
  expect(commits(place)).toHaveLength(5);
  expect(place.rows('select ref, head_hash from repos')).toEqual([{ ref: 'topic', head_hash: gitText(api, ['rev-parse', 'topic']) }]);
});
