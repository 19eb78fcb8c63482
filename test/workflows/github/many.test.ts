import { expect, test } from 'vitest';
import { query } from '../../support/database.ts';
import { requestCounts } from '../../support/forge/requests.ts';
import type { GitHubFault } from '../../support/github/effects.ts';
import { startOrganisation } from '../../support/github/organisation.ts';
import { fullName } from '../../support/github/world.ts';
import { runSync } from '../../support/sync.ts';
import { tempFolder } from '../../support/temp.ts';

const parent = tempFolder();

/** Around the ends of pages. */
const PATTERN = 'acme/repo-?[09][019]';
const WANTED = /^acme\/repo-\d[09][019]$/;

const LISTING = { graphql: { operation: 'repositories' }, rest: { path: /^\/orgs\/acme\/repos$/ } } as const;
/** Three pages. GraphQL: twice the names besides, where a page has one that nothing else is told of; REST: twice the page before. */
const REQUESTS = { graphql: { repositories: 5 }, rest: { 'GET /orgs/acme/repos': 5 } } as const;
const NO_GRAPHQL: GitHubFault = { match: { kind: 'graphql' }, times: Number.POSITIVE_INFINITY, effect: { do: 'status', status: 404 } };

test.for(['graphql', 'rest'] as const)('repositories of all pages are found over %s, each once, while others go', async (api) => {
  await using organisation = await startOrganisation(`${parent}/${api}`, { repositories: 230, pullRequests: 0 });
  const { server, world } = organisation;
  const remove = (index: number): GitHubFault['effect'] => {
    const gone = world.repositories[index];
    return {
      do: 'change',
      change: () => {
        world.repositories = world.repositories.filter((repository) => repository !== gone);
      },
    };
  };
  const faults: GitHubFault[] = [
    { match: LISTING[api], effect: remove(57) },
    { match: LISTING[api], after: 1, effect: remove(99) },
  ];
  server.setFaults([...(api === 'rest' ? [NO_GRAPHQL] : []), ...faults]);
  const folder = organisation.folder('all');
  await using worker = await organisation.work(folder);
  const result = await runSync(worker, { provider: 'github', owner: 'acme', pattern: PATTERN, stages: ['commits'], concurrency: 8 });

  expect(server.unmetFaults()).toEqual([]);
  // The second one went after it was listed.
  const names = world.repositories.map(fullName).filter((name) => WANTED.test(name));
  const stored = query<{ repo: string }>(folder, 'select repo from repos where removed_at is null').map(({ repo }) => repo);
  expect(stored.filter((name) => name !== 'acme/repo-099').toSorted()).toEqual(names.toSorted());
  expect(result.repositories.done + result.repositories.failed).toBe(stored.length);
  expect(result.failures.filter(({ repository }) => repository !== 'acme/repo-099')).toEqual([]);
  expect(requestCounts(server.requests)).toMatchObject(REQUESTS[api]);
});
