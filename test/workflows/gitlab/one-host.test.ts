import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gitProgram } from '../../../src/config.ts';
import { gitLabSource } from '../../../src/providers/gitlab/source.ts';
import { query } from '../../support/database.ts';
import { git } from '../../support/git.ts';
import { moveProject } from '../../support/gitlab/changes.ts';
import { startFront } from '../../support/gitlab/front.ts';
import { groupOf } from '../../support/gitlab/synced-group.ts';
import { type Project, projectPath } from '../../support/gitlab/world.ts';
import { runSync } from '../../support/sync.ts';
import { tempFolder } from '../../support/temp.ts';
import { startTestWorker } from '../../support/worker.ts';

const parent = tempFolder();
// The same ids, paths and numbers of merge requests.
const one = groupOf(join(parent, '1'), { path: '/one', projects: 4, mergeRequests: 12 });
const two = groupOf(join(parent, '2'), { path: '/two', projects: 4, mergeRequests: 12 });

test('instances below different paths of one host share no row, and clones on disk are known to be theirs', async () => {
  const front = await startFront([one().server, two().server]);
  const { host } = new URL(front.url);
  const folder = one().folder('both');
  const connections = new Map([
    ['one', { ...one().connection, url: `${front.url}/one` }],
    ['two', { ...two().connection, url: `${front.url}/two` }],
  ]);
  const gitlab = gitLabSource((name) => connections.get(name ?? '') ?? one().connection, { program: gitProgram, cacheBytes: 1e9 });
  await using worker = await startTestWorker(folder, { sources: { gitlab } });
  const sync = (connection: string) => runSync(worker, { provider: 'gitlab', owner: 'acme', connection, stages: ['pull-requests'] });
  const [renamed] = one().world.projects as [Project];
  for (const request of renamed.mergeRequests) request.title = 'of the first';
  const rowsAt = (path: string) =>
    query<{ repo: string; removed_at: string | null }>(folder, 'select id, repo, removed_at from repos where host = ?', `${host}/${path}`);
  const titles = () =>
    query(folder, "select title from git_pull_requests join repos on id = repo_id where provider_id = ? and title = 'of the first'", String(renamed.id));

  await sync('one');
  const before = rowsAt('one');
  await sync('two');
  await sync('one');
  expect([before.length, rowsAt('two').length]).toEqual([4, 4]);
  expect(rowsAt('one')).toEqual(before);
  expect(titles()).toHaveLength(renamed.mergeRequests.length);

  const clone = join(folder, 'clone');
  git('.', ['clone', '--quiet', renamed.folder, clone]);
  git(clone, ['remote', 'set-url', 'origin', `${front.url}/one/${projectPath(one().world, renamed)}.git`]);
  await runSync(worker, { provider: 'local', paths: [clone], stages: ['pull-requests'] });
  moveProject(one().world, renamed, { path: 'another-name' });
  await sync('one');
  expect(rowsAt('one').map(({ repo }) => repo)).toEqual(before.map(({ repo }) => repo.replace(/project-000$/, 'another-name')));
  expect(query(folder, 'select id from repos')).toHaveLength(8);
  await front.close();
});
