import { dirname, join } from 'node:path';
import { startGroup } from '../support/gitlab/synced-group.ts';
import { timeOf } from '../support/gitlab/world.ts';
import { sourceContract } from './contract.ts';

sourceContract(async (bare) => {
  const { server, world, sources } = await startGroup(join(dirname(bare), 'gitlab'), { projects: 1, mergeRequests: 0 });
  const [project] = world.projects;
  if (project === undefined) throw new Error('no project');
  Object.assign(project, { path: 'one', folder: bare, defaultBranch: 'main' });
  return {
    sources,
    input: { provider: 'gitlab', owner: 'acme' },
    remote: `${server.url}/acme/one.git`,
    pushed: () => {
      project.lastActivityAt = timeOf(Date.UTC(2025, 1, 3));
    },
    [Symbol.asyncDispose]: server.close,
  };
});
