import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, expect, it } from 'vitest';
import { commitAll, git, gitText, initRepository } from '../support/git.ts';
import { tempFolder } from '../support/temp.ts';
import { makeOptionSite, type OptionSite } from './support/option-site.ts';
import { makeSite } from './support/org-sync.ts';

const DAY = 86_400;
/** 2020-09-13T12:26:40Z */
const START = 1_600_000_000;
const folder = tempFolder();
const repositories = join(folder, 'repositories');
const api = join(repositories, 'api');
/** A site for each test: what one asked for is no start for another. */
const site = (name: string, path = api) => makeOptionSite(join(folder, name), { provider: 'local', paths: [path] });
/** Subjects of the commits of api: the third is dated before the second. */
const commits = (place: OptionSite) =>
  place
    .rows<{ message: string }>('select message from git_commits where repo_id = (select id from repos where repo = ?) order by message', 'api')
    .map(({ message }) => message.trim());
const names = (place: OptionSite) => place.rows<{ repo: string }>('select repo from repos order by repo').map(({ repo }) => repo);
const count = (place: OptionSite, table: string) => place.rows<{ n: number }>(`select count(*) as n from ${table}`)[0]?.n;

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
  const place = site('selection', repositories);
  await place.sync('--pattern', 'API*', '--repo', 'web', '--repo', 'api-client');
  expect(names(place)).toEqual(['api-client']);
});

it('a selection that fits nothing says so', async () => {
  const { code, stdout } = await makeSite(join(folder, 'nothing')).sync([repositories, '--pattern', 'ap']);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: expect.stringContaining("No repository matches --pattern 'ap'. A pattern has to match the full name, as in acme/api-* or */api-*."),
  });
});

it('a name that no repository has is a failure, beside which the others are synced', async () => {
  const place = site('misspelt', repositories);
  expect(await place.sync('--repo', 'wbe', '--repo', 'API-client')).toMatch(/wbe.*no repository of this name was found/);
  expect(names(place)).toEqual(['api-client']);
});

it('--max-repos takes no more than that', async () => {
  const place = site('max-repos', repositories);
  expect(await place.sync('--max-repos', '2')).toContain('2 of 2 repositories synced');
  expect(names(place)).toHaveLength(2);
});

it('--max-commits takes the latest of each repository', async () => {
  const place = site('max-commits');
  await place.sync('--max-commits', '2');
  expect(commits(place)).toEqual(['commit 3', 'commit 4']);
});

it('--since takes every commit that is not older, whatever the order of dates', async () => {
  const place = site('since');
  // The second's own second.
  await place.sync('--since', '2020-09-23T12:26:40Z');
  expect(commits(place)).toEqual(['commit 2', 'commit 4']);
});

it('--all-branches takes the commits of branches that are not checked out', async () => {
  const place = site('all-branches');
  await place.sync();
  expect(commits(place)).toHaveLength(4);
  await place.sync('--all-branches');
  expect(commits(place)).toContain('commit 5, on a branch');
});

it('--stages does those alone, whatever order they are named in', async () => {
  const place = site('stages');
  expect(await place.sync('--stages', 'commit-stats,commits')).not.toContain('git_blame_ranges');
  expect([count(place, 'git_commits'), count(place, 'git_commit_stats'), count(place, 'git_files'), count(place, 'git_blame_ranges')]).toEqual([4, 4, 0, 0]);
  expect(place.rows('select stage from sync_state order by stage')).toEqual([{ stage: 'commit-stats' }, { stage: 'commits' }]);
});

it('--full reads again what a sync with nothing new leaves alone', async () => {
  const place = site('full');
  await place.sync();
  const database = new DatabaseSync(join(place.folder, 'org-sync.db'));
  database.exec('delete from git_commits; delete from git_commit_stats; delete from git_blame_ranges');
  database.close();
  await place.sync();
  expect(count(place, 'git_commits')).toBe(0);
  await place.sync('--full');
  expect([count(place, 'git_commits'), count(place, 'git_commit_stats'), count(place, 'git_blame_ranges')]).toEqual([4, 4, 1]);
});

it('the head that is checked out is the one that counts', async () => {
  const place = site('head');
  git(api, ['checkout', '--quiet', 'topic']);
  await place.sync();
  git(api, ['checkout', '--quiet', 'main']);
  expect(commits(place)).toHaveLength(5);
  expect(place.rows('select ref, head_hash from repos')).toEqual([{ ref: 'topic', head_hash: gitText(api, ['rev-parse', 'topic']) }]);
});
