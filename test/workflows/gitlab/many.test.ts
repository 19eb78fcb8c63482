import { expect, test } from 'vitest';
import { query } from '../../support/database.ts';
import { requestCounts } from '../../support/forge/requests.ts';
import type { Effect } from '../../support/gitlab/effects.ts';
import { groupOf } from '../../support/gitlab/synced-group.ts';
import { type Project, projectPath } from '../../support/gitlab/world.ts';
import { runSync } from '../../support/sync.ts';
import { tempFolder } from '../../support/temp.ts';

const parent = tempFolder();
const acme = groupOf(parent, { projects: 230, mergeRequests: 0 });

/** Around the ends of pages. */
const PATTERN = 'acme/*project-?[09][0129]';
const WANTED = /^acme\/(.*\/)?project-\d[09][0129]$/;

const LISTING = { kind: 'rest', path: /^\/groups\/acme\/projects$/ } as const;
/** Asks where the last project of the page before is. */
const PLACE = { ...LISTING, text: /(^|&)per_page=1(&|$| )/ } as const;

test('projects of all pages are found, each once, while others go between the requests and rows move', async () => {
  const { server, world } = acme();
  const projects = [...world.projects];
  const remove = (index: number): Effect => ({
    do: 'change',
    change: () => {
      world.projects = world.projects.filter((project) => project !== projects[index]);
    },
  });
  server.setFaults([
    // On the page that has been read by then.
    { match: LISTING, effect: remove(57) },
    // The first time that page was looked at its place was another; the rows that it lacks are found from the front.
    { match: { ...LISTING, text: /(^|&)page=2(&|$| )/ }, after: 1, effect: { do: 'slide', rows: 3 } },
    // Between the two requests for the third page, in whichever order they come: what follows moves up all the same.
    { match: PLACE, after: 4, effect: remove(59) },
    { match: { ...LISTING, text: /(^|&)page=3(&|$| )/ }, effect: remove(61) },
  ]);
  const folder = acme().folder('all');
  await using worker = await acme().work(folder);
  const result = await runSync(worker, { provider: 'gitlab', owner: 'acme', pattern: PATTERN, stages: ['commits'], concurrency: 8 });

  expect(server.unmetFaults()).toEqual([]);
  const isReadable = ({ repositoryAccess }: Project) => repositoryAccess !== 'disabled';
  const names = world.projects
    .filter(isReadable)
    .map((project) => projectPath(world, project))
    .filter((name) => WANTED.test(name));
  const stored = query<{ repo: string }>(folder, 'select repo from repos where removed_at is null').map(({ repo }) => repo);
  expect(stored.toSorted()).toEqual(names.toSorted());
  expect(names.length).toBeGreaterThan(10);
  expect(result.repositories.done).toBe(stored.length);
  expect(requestCounts(server.requests)['GET /groups/acme/projects']).toBeLessThanOrEqual(16);
});
