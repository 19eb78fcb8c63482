import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { visibleProjects } from '../support/gitlab/expected.ts';
import { type Project, projectPath } from '../support/gitlab/world.ts';
import { tempFolder } from '../support/temp.ts';
import { expectConnection } from './support/connections.ts';
import { makeForgeSite } from './support/forge.ts';
import { type Lab, sourcesOf, startLab } from './support/gitlab.ts';
import { GITLAB } from './support/hosts.ts';
import { makeOptionSite, type OptionSite } from './support/option-site.ts';

const folder = tempFolder();
let lab: Lab;
beforeAll(async () => {
  lab = await startLab(folder, { projects: 14, mergeRequests: 20 });
  for (const project of lab.made.world.projects) {
    project.repositoryAccess = 'enabled';
    if (project.path === 'project-006') project.path = '.profile';
  }
});

const names = (where: OptionSite) =>
  where
    .rows<{ repo: string }>('select repo from repos')
    .map(({ repo }) => repo)
    .sort();

/** Paths of projects that a sync of the group should take. */
function pathsOf(keep: (project: Project, path: string) => boolean, withShared = false): string[] {
  const { world, group, tokens } = lab.made;
  return visibleProjects(world, { token: tokens.personal, group, withShared })
    .filter((project) => keep(project, projectPath(world, project)))
    .map((project) => projectPath(world, project))
    .sort();
}

/** Which projects a sync with these options takes; merge requests are what is quickest. */
async function taken(name: string, options: string[], owner = lab.owner): Promise<string[]> {
  const where = makeOptionSite(join(folder, name), { provider: 'gitlab', owner }, sourcesOf(lab));
  await where.sync('--stages', 'pull-requests', ...options);
  return names(where);
}

describe('options:', () => {
  it('all projects without any: of subgroups, forks, archived, empty and private ones too, and one whose path begins with a dot', async () => {
    const all = pathsOf(() => true);
    expect(all.filter((path) => path.split('/').length > 3).length).toBeGreaterThan(0);
    expect(all.filter((path) => path.endsWith('/.profile'))).toHaveLength(1);
    expect(await taken('all', [])).toEqual(all);
  });

  it('--shared takes what others share with the group, too', async () => {
    const shared = pathsOf(() => true, true);
    expect(shared).toContain('partners/project-000');
    expect(await taken('shared', ['--shared'])).toEqual(shared);
  });

  it('--pattern is over the full path, and --repo takes what both allow', async () => {
    const below = pathsOf((_, path) => /^acme\/platform\//i.test(path));
    expect(below.length).toBeGreaterThan(1);
    expect(await taken('pattern', ['--pattern', 'ACME/platform/*'])).toEqual(below);
    expect(await taken('both', ['--pattern', 'acme/*', '--repo', 'project-005'])).toEqual(pathsOf(({ path }) => path === 'project-005'));
    expect(await taken('none', ['--pattern', 'platform/*'])).toEqual([]);
  });

  it('--no-forks and --no-archived leave those out', async () => {
    expect(await taken('own', ['--no-forks', '--no-archived'])).toEqual(pathsOf(({ forkedFrom, archived }) => forkedFrom === null && !archived));
  });

  it('--max-repos takes no more than that', async () => {
    expect(await taken('few', ['--max-repos', '3'])).toHaveLength(3);
  });

  it('the owner may be a subgroup, a user or a single project', async () => {
    expect(await taken('subgroup', [], 'acme/platform')).toEqual(pathsOf((_, path) => path.startsWith('acme/platform/')));
    expect(await taken('user', [], lab.made.user)).toEqual([`${lab.made.user}/dotfiles-902`, `${lab.made.user}/dotfiles-903`]);
    expect(await taken('project', [], 'acme/project-000')).toEqual(['acme/project-000']);
  });
});

describe.concurrent('--connection', () => {
  it('asks the GitLab of that name, below its path, with its token alone', async () => {
    const other = await startLab(join(folder, 'other'), { projects: 1, mergeRequests: 1, subgroups: 0, seed: 2, path: '/gitlab' });
    await expectConnection(folder, GITLAB, lab, other, 'acme/project-000');
  });

  it("with 'git' clones with that deploy token, and asks the API with the other", async () => {
    const other = await startLab(join(folder, 'deploy'), { projects: 1, mergeRequests: 1, subgroups: 0 });
    const { readOnly, deploy } = other.made.tokens;
    for (const project of other.made.world.projects) project.visibility = 'private';
    const file = join(folder, 'deploy.json');
    const git = { username: 'gitlab+deploy-token-1', token: deploy };
    writeFileSync(file, JSON.stringify({ work: { provider: 'gitlab', url: other.server.url, token: readOnly, git } }));
    const where = makeForgeSite(join(folder, 'deploy-site'), { ...other, access: { ORG_SYNC_CONNECTIONS: file } });
    const { code, stderr } = await where.take(['--connection', 'work']);
    expect(code, stderr).toBe(0);
    expect(where.rows('select count(*) as many from git_commits')).toEqual([{ many: expect.any(Number) }]);
    const callers = (kind: string) =>
      new Set(other.server.requests.filter((request) => request.kind === kind && request.status === 200).map(({ caller }) => caller));
    expect([callers('git'), callers('rest')]).toEqual([new Set(['token:gitlab+deploy-token-1']), new Set([`user:${other.made.user}`])]);
  });
});
