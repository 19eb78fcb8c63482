import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gitProgram } from '../../../src/config.ts';
import type { ListedRepository } from '../../../src/model/repository.ts';
import { prepareHosted } from '../../../src/providers/hosted/prepare.ts';
import { repositoryId } from '../../../src/providers/identity.ts';
import { writeRefs } from '../../support/forge/bare-repositories.ts';
import { readRefs } from '../../support/forge/refs.ts';
import type { MadeWorld } from '../../support/github/make-world.ts';
import type { GitHub } from '../../support/github/server.ts';
import { useGitHub } from '../../support/github/use-github.ts';
import { fullName, type Repository } from '../../support/github/world.ts';
import { tempFolder } from '../../support/temp.ts';
import { refsOf } from './support.ts';

const folder = tempFolder();
let made: MadeWorld;
let github: GitHub;
useGitHub(folder, (...fake) => {
  [made, github] = fake;
});

const one = (name: string): Repository => made.world.repositories.find((repository) => repository.name === name) as Repository;
const clones = join(folder, 'clones');

function prepare(repository: Repository, { cacheBytes = null as number | null, run = 'run' } = {}) {
  const host = new URL(github.webUrl).host;
  const name = fullName(repository);
  const id = repositoryId({ host, name });
  const gitDir = join(clones, 'database', `${id}.git`);
  mkdirSync(gitDir, { recursive: true });
  const listed: ListedRepository = {
    provider: 'github',
    id,
    host,
    name,
    url: `${github.webUrl}/${name}`,
    hosted: {
      providerId: String(repository.id),
      ref: repository.empty ? null : repository.defaultBranch,
      head: null,
      isFork: repository.fork,
      isArchived: repository.archived,
      createdAt: repository.createdAt,
      tags: repository.topics,
      settings: {},
    },
  };
  const refsFile = join(gitDir, `org-sync-refs-${run}`);
  const prepared = prepareHosted({
    program: gitProgram,
    repository: listed,
    gitDir,
    refsFile,
    url: `${listed.url}.git`,
    credentials: async () => ({ username: 'x-access-token', password: made.tokens.personal }),
    excludedRefs: ['^refs/pull/*'],
    needs: "the permission 'Contents: read'",
    cacheBytes,
    signal: new AbortController().signal,
  });
  return { gitDir, refsFile, prepared };
}

describe('preparing a repository of a code host', () => {
  it('pins HEAD and all refs, and says what the listing said', async () => {
    const { gitDir, refsFile, prepared } = prepare(one('repo-000'));
    const { head, refsDigest, record } = await prepared;
    expect(head).toBe(readRefs(one('repo-000').path).get('refs/heads/main'));
    expect(readFileSync(refsFile, 'utf8').trim().split('\n').length).toBe(refsOf(gitDir).length);
    expect(record).toMatchObject({ repo: 'acme/repo-000', provider: 'github', ref: 'main', headHash: head, tags: one('repo-000').topics, removedAt: null });
    expect((await prepare(one('repo-000'), { run: 'next' }).prepared).refsDigest).toBe(refsDigest);
    const before = readRefs(one('repo-000').path);
    writeRefs(one('repo-000').path, 'main', new Map(before).set('refs/tags/new', head as string));
    expect((await prepare(one('repo-000')).prepared).refsDigest).not.toBe(refsDigest);
  });

  it('takes an empty repository, and one whose default branch is gone', async () => {
    expect((await prepare(one('repo-003')).prepared).head).toBeNull();
    const repository = one('repo-008');
    const refs = new Map(readRefs(repository.path));
    refs.delete(`refs/heads/${repository.defaultBranch}`);
    writeRefs(repository.path, repository.defaultBranch, refs);
    expect((await prepare(repository).prepared).head).toBeNull();
  });

  it('finds a default branch that was renamed since it was listed, or has come since', async () => {
    const repository = one('repo-000');
    const before = readRefs(repository.path);
    const hash = before.get('refs/heads/main') as string;
    writeRefs(repository.path, 'trunk', new Map(before).set('refs/heads/trunk', hash));
    // Still there: it's what the listing says that counts.
    expect((await prepare(repository).prepared).record).toMatchObject({ ref: 'main', headHash: hash });
    const renamed = new Map(before).set('refs/heads/trunk', hash);
    renamed.delete('refs/heads/main');
    writeRefs(repository.path, 'trunk', renamed);
    for (const listed of [repository, { ...repository, empty: true }]) {
      const { head, record } = await prepare(listed).prepared;
      expect([head, record.ref, record.headHash]).toEqual([hash, 'trunk', hash]);
    }
    writeRefs(repository.path, 'main', before);
  });

  it('mends a clone whose refs cannot be pinned', async () => {
    const { gitDir, prepared } = prepare(one('UPPER-lower'));
    const { head, refsDigest } = await prepared;
    writeFileSync(join(gitDir, 'refs/heads/nowhere'), `${'1'.repeat(40)}\n`);
    expect(await prepare(one('UPPER-lower')).prepared).toMatchObject({ head, refsDigest });
    writeFileSync(join(gitDir, 'refs/heads/broken'), 'noise');
    expect(await prepare(one('UPPER-lower')).prepared).toMatchObject({ head, refsDigest });
  });

  it('keeps all clones within the bound, but for its own', async () => {
    const first = prepare(one('.github'));
    await first.prepared;
    const second = prepare(one('dots.and-dashes_and.git.ignore'), { cacheBytes: 1 });
    await second.prepared;
    expect([first.gitDir, second.gitDir].map(existsSync)).toEqual([false, true]);
    expect((await prepare(one('.github')).prepared).head).not.toBeNull();
  });
});
