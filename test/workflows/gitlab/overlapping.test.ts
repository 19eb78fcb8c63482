import { expect, test } from 'vitest';
import { query } from '../../support/database.ts';
import { changeMergeRequest, moveProject } from '../../support/gitlab/changes.ts';
import { groupOf } from '../../support/gitlab/synced-group.ts';
import { type Project, projectPath, timeOf } from '../../support/gitlab/world.ts';
import { runSync } from '../../support/sync.ts';
import { tempFolder } from '../../support/temp.ts';

const acme = groupOf(tempFolder(), { subgroups: 2, projects: 12, mergeRequests: 60 });

test('a group and its subgroup that are synced by turns into one database miss no change, nor of a project that moves', async () => {
  const { world } = acme();
  const folder = acme().folder('turns');
  await using worker = await acme().work(folder);
  const sync = (more: object) => runSync(worker, { provider: 'gitlab', owner: 'acme', stages: ['pull-requests'], ...more });
  const fits = ({ namespace, repositoryAccess, mergeRequestsAccess, mergeRequests }: Project) =>
    namespace.kind === 'group' && repositoryAccess === 'enabled' && mergeRequestsAccess === 'enabled' && mergeRequests.length > 0;
  const all = world.projects.filter((project) => fits(project) && projectPath(world, project).startsWith('acme/'));
  const inSub = all.find((project) => projectPath(world, project).split('/').length === 3) as Project;
  const sub = projectPath(world, inSub).split('/').slice(0, 2).join('/');
  const top = all.find((project) => !projectPath(world, project).startsWith(`${sub}/`)) as Project;
  let hour = 0;
  const change = (project: Project) => {
    const [request] = project.mergeRequests;
    if (request) changeMergeRequest(project, request, { title: `changed ${++hour}` }, timeOf(Date.UTC(2025, 0, 1, hour), hour));
  };
  const check = () => {
    for (const { id, mergeRequests } of [inSub, top]) {
      const sql = 'select title from git_pull_requests join repos on id = repo_id where provider_id = ? and number = ?';
      expect(query(folder, sql, String(id), String(mergeRequests[0]?.iid))).toEqual([{ title: mergeRequests[0]?.title }]);
    }
  };
  await sync({});
  change(top);
  change(inSub);
  await sync({ owner: sub });
  await sync({});
  check();
  change(top);
  await sync({ pattern: `${sub}/*` });
  change(inSub);
  await sync({ maxRepos: 1 });
  await sync({ owner: sub });
  await sync({});
  check();
  change(top);
  moveProject(world, top, { namespace: inSub.namespace });
  change(inSub);
  await sync({ owner: sub, stages: ['commits'] });
  await sync({ owner: sub });
  check();
});
