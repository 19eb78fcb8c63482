import { dirname, join } from 'node:path';
import { startOrganisation } from '../support/github/organisation.ts';
import { sourceContract } from './contract.ts';

sourceContract(async (bare) => {
  const { server, world, sources } = await startOrganisation(join(dirname(bare), 'github'), { repositories: 1, pullRequests: 0 });
  const [repository] = world.repositories;
  if (repository === undefined) throw new Error('no repository');
  Object.assign(repository, { name: 'one', path: bare, defaultBranch: 'main' });
  return {
    sources,
    input: { provider: 'github', owner: 'acme' },
    remote: `${server.webUrl}/acme/one.git`,
    pushed: () => {
      repository.pushedAt = '2025-02-03T04:05:06Z';
    },
    [Symbol.asyncDispose]: server.close,
  };
});
