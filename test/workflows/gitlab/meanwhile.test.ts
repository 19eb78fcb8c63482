import { expect, test } from 'vitest';
import { query } from '../../support/database.ts';
import { readRefs } from '../../support/forge/refs.ts';
import { gitText } from '../../support/git.ts';
import { moveProject } from '../../support/gitlab/changes.ts';
import type { GitLabFault } from '../../support/gitlab/effects.ts';
import { groupOf } from '../../support/gitlab/synced-group.ts';
import type { Project } from '../../support/gitlab/world.ts';
import { runSync } from '../../support/sync.ts';
import { tempFolder } from '../../support/temp.ts';

const acme = groupOf(tempFolder(), { projects: 8, mergeRequests: 24 });

async function sync(folder: string, faults: GitLabFault[] = []): Promise<void> {
  acme().server.setFaults(faults);
  await using worker = await acme().work(folder);
  await runSync(worker, { provider: 'gitlab', owner: 'acme', stages: ['commits', 'pull-requests'] });
}

test('one whose path another one has taken since it was listed does not keep the rows of that one', async () => {
  const folder = acme().folder('taken');
  const isReadable = ({ namespace, repositoryAccess, empty }: Project) => namespace.kind === 'group' && repositoryAccess === 'enabled' && !empty;
  const [old, other] = acme().world.projects.filter(isReadable) as [Project, Project];
  const { path, namespace } = old;
  const swap: GitLabFault = {
    match: { path: /merge_requests$/ },
    effect: {
      do: 'change',
      change: (world) => {
        moveProject(world, old, { path: `${path}-old` });
        moveProject(world, other, { path, namespace });
      },
    },
  };
  await sync(folder, [swap]);
  await sync(folder);
  const stored = 'select head_hash, (select count(*) from git_commits where repo_id = id) as commits from repos where provider_id = ?';
  for (const { id, folder: bare, defaultBranch } of [old, other]) {
    const head = readRefs(bare).get(`refs/heads/${defaultBranch}`) ?? '';
    const commits = Number(gitText(bare, ['rev-list', '--count', head]));
    expect(query(folder, stored, String(id))).toEqual([{ head_hash: head, commits }]);
  }
});
