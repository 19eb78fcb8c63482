import { expect, test } from 'vitest';
import type { OrgSyncInput } from '../../../src/model/input.ts';
import { query } from '../../support/database.ts';
import { writeRefs } from '../../support/forge/bare-repositories.ts';
import { readRefs } from '../../support/forge/refs.ts';
import { gitText } from '../../support/git.ts';
import type { GitHubFault } from '../../support/github/effects.ts';
import { expectPullRequests } from '../../support/github/expect-world.ts';
import { organisationOf } from '../../support/github/organisation.ts';
import { type Repository, renameRepository } from '../../support/github/world.ts';
import { runSync } from '../../support/sync.ts';
import { tempFolder } from '../../support/temp.ts';

const parent = tempFolder();
const acme = organisationOf(parent, { repositories: 6, pullRequests: 60 });
/** As an Enterprise Server answers that has GraphQL switched off. */
const NO_GRAPHQL: GitHubFault = {
  match: { kind: 'graphql' },
  times: Number.POSITIVE_INFINITY,
  effect: { do: 'status', status: 404, body: '{"message":"Not Found"}', headers: { 'content-type': 'application/json; charset=utf-8' } },
};

async function sync(folder: string, more: Partial<OrgSyncInput> = {}, faults: GitHubFault[] = []) {
  acme().server.setFaults(faults);
  await using worker = await acme().work(folder);
  return await runSync(worker, { provider: 'github', owner: 'acme', ...more });
}

const whose = () => ({ owner: 'acme', token: acme().token });
const at = (index: number) => acme().world.repositories[index] as Repository;
const heads = (folder: string) => query(folder, 'select repo, ref, head_hash from repos order by repo');

test('over REST a sync of pull requests alone keeps what is known of the head', async () => {
  const folder = acme().folder('rest');
  await sync(folder, { stages: ['commits'] }, [NO_GRAPHQL]);
  const before = heads(folder);
  await sync(folder, { stages: ['pull-requests'] }, [NO_GRAPHQL]);
  expect(heads(folder)).toEqual(before);
});

test('one whose name another one has taken since it was listed does not keep the rows of that one', async () => {
  const folder = acme().folder('taken');
  const [old, other] = [at(0), at(1)];
  const { name } = old;
  const swap: GitHubFault = {
    match: { kind: 'graphql' },
    effect: {
      do: 'change',
      change: () => {
        renameRepository(old, { name: `${name}-old` });
        renameRepository(other, { name });
        other.formerNames = [];
      },
    },
  };
  await sync(folder, { stages: ['commits', 'pull-requests'] }, [swap]);
  await sync(folder, { stages: ['commits', 'pull-requests'] });
  expectPullRequests(folder, acme().server, whose());
  const stored = 'select head_hash, (select count(*) from git_commits where repo_id = id) as commits from repos where provider_id = ?';
  for (const { id, path, defaultBranch } of [old, other]) {
    const head = readRefs(path).get(`refs/heads/${defaultBranch}`) ?? '';
    const commits = Number(gitText(path, ['rev-list', '--count', head]));
    expect(query(folder, stored, String(id))).toEqual([{ head_hash: head, commits }]);
  }
});

test('a default branch that was renamed since it was listed is found, and its files are not taken for gone', async () => {
  const folder = acme().folder('branch');
  const one = at(2);
  const { defaultBranch, path } = one;
  const refs = readRefs(path);
  const hash = refs.get(`refs/heads/${defaultBranch}`) ?? '';
  const input: Partial<OrgSyncInput> = { stages: ['commits', 'files-and-blame'], repos: [one.name] };
  const rows = () => query(folder, 'select (select count(*) from git_files) as files, (select count(*) from git_commits) as commits');
  await sync(folder, input);
  const before = rows();
  const rename: GitHubFault = {
    match: { kind: 'graphql' },
    effect: {
      do: 'change',
      change: () => {
        const others = [...refs].filter(([name]) => name !== `refs/heads/${defaultBranch}`);
        writeRefs(path, 'trunk', new Map([...others, ['refs/heads/trunk', hash]]));
        one.defaultBranch = 'trunk';
      },
    },
  };
  const { failures } = await sync(folder, { ...input, full: true }, [rename]);
  expect(failures).toEqual([]);
  expect(rows()).toEqual(before);
  expect(query(folder, 'select ref, head_hash from repos where provider_id = ?', String(one.id))).toEqual([{ ref: 'trunk', head_hash: hash }]);
});

test('one that is back is no longer removed, also where a sync asks for others alone', async () => {
  const folder = acme().folder('back');
  await sync(folder, { stages: ['commits'] });
  const gone = at(2);
  acme().world.repositories = acme().world.repositories.filter((repository) => repository !== gone);
  await sync(folder, { stages: ['commits'] });
  expect(query(folder, 'select removed_at from repos where provider_id = ?', String(gone.id))).toEqual([{ removed_at: expect.any(String) }]);
  acme().world.repositories.push(gone);
  await sync(folder, { stages: ['commits'], repos: [at(0).name] });
  expect(query(folder, 'select removed_at from repos where provider_id = ?', String(gone.id))).toEqual([{ removed_at: null }]);
});
