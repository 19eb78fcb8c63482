import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { gitText } from '../support/git.ts';
import { fullName, type Repository } from '../support/github/world.ts';
import { tempFolder } from '../support/temp.ts';
import { expectConnection } from './support/connections.ts';
import { makeForgeSite } from './support/forge.ts';
import { type Acme, sourcesOf, startAcme } from './support/github.ts';
import { GITHUB } from './support/hosts.ts';
import { makeOptionSite, type OptionSite } from './support/option-site.ts';

const folder = tempFolder();
let acme: Acme;
beforeAll(async () => {
  acme = await startAcme(folder, { repositories: 9, pullRequests: 10 });
  for (const repository of acme.made.world.repositories) repository.disabled = null;
});

const site = (name: string) => makeOptionSite(join(folder, name), { provider: 'github', owner: acme.owner }, sourcesOf(acme));
const names = (where: OptionSite) => where.rows<{ repo: string }>('select repo from repos order by repo').map(({ repo }) => repo);
const namesOf = (keep: (repository: Repository) => boolean) => acme.made.world.repositories.filter(keep).map(fullName).sort();

/** Which repositories a sync with these options takes; pull requests are what is quickest. */
async function taken(name: string, ...options: string[]): Promise<string[]> {
  const where = site(name);
  await where.sync('--stages', 'pull-requests', ...options);
  return names(where);
}

describe('options:', () => {
  it('all repositories without any: forks, archived, empty and private ones too', async () => {
    expect(await taken('all')).toEqual(namesOf(() => true));
  });

  it('--pattern and --repo take what both allow', async () => {
    expect(await taken('selection', '--pattern', 'ACME/repo-00*', '--repo', 'repo-005', '--repo', '.github')).toEqual(['acme/repo-005']);
  });

  it('--no-forks and --no-archived leave those out', async () => {
    expect(await taken('own', '--no-forks', '--no-archived')).toEqual(namesOf(({ fork, archived }) => !fork && !archived));
  });

  it('--max-repos takes no more than that', async () => {
    expect(await taken('few', '--max-repos', '3')).toHaveLength(3);
  });

  it('a selection that fits nothing says so', async () => {
    const { code, stdout } = await makeForgeSite(join(folder, 'nothing'), acme).take(['--pattern', 'repo-000']);
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining("No repository matches --pattern 'repo-000'."),
    });
  });

  it('a name that no repository has is a failure, beside which the others are synced', async () => {
    const where = site('misspelt');
    const printed = await where.sync('--stages', 'commits', '--repo', 'ACME/repo-000', '--repo', 'acme/rpo-001');
    expect(printed).toMatch(/acme\/rpo-001.*no repository of this name was found/);
    expect(where.rows('select repo from repos')).toEqual([{ repo: 'acme/repo-000' }]);
  });

  it('--since takes the commits that are not older, --all-branches those of all branches', async () => {
    const repository = acme.made.world.repositories.find(({ empty }) => !empty) as Repository;
    const hashes = (...args: string[]) =>
      gitText(repository.path, ['rev-list', ...args])
        .trim()
        .split('\n')
        .sort();
    const side = gitText(repository.path, ['commit-tree', '-p', 'HEAD', '-m', 'Aside', 'HEAD^{tree}']).trim();
    gitText(repository.path, ['update-ref', 'refs/heads/aside', side]);
    const where = site('commits');
    const stored = () =>
      where
        .rows<{ hash: string }>('select hash from git_commits')
        .map(({ hash }) => hash)
        .sort();
    const options = ['--stages', 'commits', '--repo', repository.name];
    const [middle = ''] = hashes('HEAD').filter((hash) => gitText(repository.path, ['log', '-1', '--format=%s', hash]).startsWith('Change 5 '));
    const since = new Date(Number(gitText(repository.path, ['log', '-1', '--format=%ct', middle])) * 1_000);
    await where.sync(...options, '--since', since.toISOString());
    expect(stored()).toEqual(hashes('HEAD', `--since-as-filter=${since.toISOString()}`));
    expect(stored().length).toBeLessThan(hashes('HEAD').length);
    await where.sync(...options);
    expect(stored()).toEqual(hashes('HEAD'));
    await where.sync(...options, '--all-branches');
    expect(stored()).toEqual(hashes('HEAD', 'refs/heads/aside'));
  });

  it('--connection asks the GitHub of that name, with its token alone', async () => {
    const other = await startAcme(join(folder, 'other'), { repositories: 1, pullRequests: 1, seed: 2 });
    await expectConnection(folder, GITHUB, acme, other, 'acme/repo-000');
  });
});
