import { expect, test } from 'vitest';
import { repositoryId } from '../../../src/providers/identity.ts';
import { query } from '../../support/database.ts';
import { expectGitLab } from '../../support/gitlab/expect-gitlab.ts';
import type { Selection } from '../../support/gitlab/expected.ts';
import { groupOf } from '../../support/gitlab/synced-group.ts';
import { type Project, projectPath } from '../../support/gitlab/world.ts';
import { runSync } from '../../support/sync.ts';
import { tempFolder } from '../../support/temp.ts';

const parent = tempFolder();
/** Below a path of its host, as instances may be. */
const acme = groupOf(parent, { path: '/gitlab', projects: 8, mergeRequests: 24 });

/** Syncs an owner into a new database, which then has to hold what is selected. */
async function expectSynced(owner: string, selection: Omit<Selection, 'token'>, { failed = 0, token = acme().token } = {}): Promise<string> {
  const { server, connection } = acme();
  const folder = acme().folder(`${owner} ${token}`.replaceAll('/', ' '));
  await using worker = await acme().work(folder, { ...connection, token });
  const { repositories } = await runSync(worker, { provider: 'gitlab', owner });
  expect(repositories.failed).toBe(failed);
  await expectGitLab(folder, server, { ...selection, token });
  expect(server.violations()).toEqual([]);
  return folder;
}

test('a group of an instance below a path is known by the address that its projects are cloned from', async () => {
  // One whose repository is switched off.
  const folder = await expectSynced('acme', { group: 'acme' }, { failed: 1 });
  const host = `${new URL(acme().server.url).host}/gitlab`;
  const [row] = query<{ id: string; repo: string; host: string }>(folder, "select id, repo, host from repos where repo = 'acme/project-000'");
  expect(row).toEqual({ id: repositoryId({ host, name: 'acme/project-000' }), repo: 'acme/project-000', host });
});

test('a subgroup is synced by its full path, with what is below it and nothing above', async () => {
  await expectSynced('acme/platform', { group: 'acme/platform' });
});

test("a user's own projects are synced, the private ones where the token may see them", async () => {
  const { user, tokens } = acme();
  const own = await expectSynced(user, { user });
  expect(query(own, 'select repo from repos')).toHaveLength(2);
  const others = await expectSynced(user, { user }, { token: tokens.publicOnly });
  expect(query(others, 'select repo from repos')).toHaveLength(1);
});

test('a single project is synced by its full path, a private one too', async () => {
  const { world } = acme();
  const fits = ({ namespace, visibility, empty }: Project) => namespace.kind === 'group' && visibility === 'private' && !empty;
  const project = projectPath(world, world.projects.find(fits) as Project);
  const folder = await expectSynced(project, { project });
  expect(query(folder, 'select repo from repos')).toEqual([{ repo: project }]);
});
