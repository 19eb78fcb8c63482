import { existsSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { fetchCommits } from '../../../src/providers/hosted/mirror.ts';
import { writeRefs } from '../../support/forge/bare-repositories.ts';
import { readRefs } from '../../support/forge/refs.ts';
import { git, gitText } from '../../support/git.ts';
import type { MadeWorld } from '../../support/github/make-world.ts';
import type { GitHub } from '../../support/github/server.ts';
import { useGitHub } from '../../support/github/use-github.ts';
import { fullName, type Repository } from '../../support/github/world.ts';
import { makeSha256Repository } from '../../support/repositories.ts';
import { tempFolder } from '../../support/temp.ts';
import { bring, packsOf, refsOf, requestFor } from './support.ts';

const folder = tempFolder();
let made: MadeWorld;
let github: GitHub;
useGitHub(folder, (...fake) => {
  [made, github] = fake;
});
afterEach(() => github.setFaults([]));

const repository = (fits: (repository: Repository) => boolean = () => true): Repository => made.world.repositories.find(fits) as Repository;
let count = 0;
const newDir = () => join(folder, `clone-${count++}.git`);
const request = (gitDir: string, of: Repository, more = {}) =>
  requestFor(gitDir, `${github.webUrl}/${fullName(of)}.git`, made.tokens.personal, { defaultBranch: of.defaultBranch, ...more });
const isSound = (gitDir: string) => git(gitDir, ['fsck', '--strict', '--no-dangling']).length;
const packRequests = () => github.requests.filter(({ path, method }) => path.endsWith('git-upload-pack') && method === 'POST').length;

describe('a mirror', () => {
  it('has all refs but those left out, of every repository that can be read', async () => {
    for (const one of made.world.repositories.filter(({ disabled }) => disabled === null)) {
      const gitDir = newDir();
      await bring(request(gitDir, one));
      expect(refsOf(gitDir)).toEqual(refsOf(one.path));
      expect(gitText(gitDir, ['for-each-ref', 'refs/pull'])).toBe('');
      expect(readFileSync(join(gitDir, 'HEAD'), 'utf8')).toBe(`ref: refs/heads/${one.defaultBranch}\n`);
      isSound(gitDir);
    }
  });

  it('is what git clone --mirror makes of objects too', async () => {
    const one = repository();
    const gitDir = newDir();
    await bring(request(gitDir, one));
    const objects = (dir: string) => gitText(dir, ['rev-list', '--objects', '--branches', '--tags']).split('\n').toSorted();
    expect(objects(gitDir)).toEqual(objects(one.path));
  });

  it('names objects as the host does, also after the host has changed that', async () => {
    const one = repository();
    const gitDir = newDir();
    await bring(request(gitDir, one));
    const [aside, history] = [`${one.path}-aside`, join(folder, 'sha256')];
    renameSync(one.path, aside);
    try {
      await makeSha256Repository(history);
      git(folder, ['clone', '--quiet', '--bare', '--template=', '--', history, one.path]);
      for (const _ of ['other', 'same']) {
        await bring(request(gitDir, one));
        expect(refsOf(gitDir)).toEqual(refsOf(one.path));
        expect(gitText(gitDir, ['rev-parse', '--show-object-format', 'HEAD']).split('\n')).toEqual(['sha256', expect.stringMatching(/^[0-9a-f]{64}$/)]);
        isSound(gitDir);
      }
    } finally {
      rmSync(one.path, { recursive: true, force: true });
      renameSync(aside, one.path);
    }
    await bring(request(gitDir, one));
    expect(refsOf(gitDir)).toEqual(refsOf(one.path));
  });

  it('gets commits that no ref leads to, but for those that the host has not', async () => {
    const one = repository();
    const gitDir = newDir();
    await bring(request(gitDir, one));
    const [stray = '', other = ''] = ['one', 'other'].map((text) => gitText(one.path, ['commit-tree', '-m', text, '-p', 'HEAD', 'HEAD^{tree}']));
    const refs = refsOf(gitDir);
    await fetchCommits(request(gitDir, one), ['f'.repeat(40), stray, 'e'.repeat(40), other]);
    expect(gitText(gitDir, ['cat-file', '--batch-check=%(objecttype)'], { input: `${stray}\n${other}\n` })).toBe('commit\ncommit');
    expect(refsOf(gitDir)).toEqual(refs);
    await bring(request(gitDir, one));
    expect(gitText(gitDir, ['cat-file', '-t', stray])).toBe('commit');
    isSound(gitDir);
  });

  it('can be read, and is brought on, after commits could not be brought', async () => {
    const one = repository();
    const gitDir = newDir();
    await bring(request(gitDir, one));
    const stray = gitText(one.path, ['commit-tree', '-m', 'meanwhile', '-p', 'HEAD', 'HEAD^{tree}']);
    github.setFaults([{ match: { kind: 'git' }, effect: { do: 'status', status: 502 } }]);
    await expect(fetchCommits(request(gitDir, one), [stray])).rejects.toThrow(/502/);
    expect(refsOf(gitDir)).toEqual(refsOf(one.path));
    await fetchCommits(request(gitDir, one), [stray]);
    expect(gitText(gitDir, ['cat-file', '-t', stray])).toBe('commit');
  });

  it('of an empty repository is empty', async () => {
    const gitDir = newDir();
    await bring(
      request(
        gitDir,
        repository(({ empty }) => empty),
        { defaultBranch: null },
      ),
    );
    await bring(
      request(
        gitDir,
        repository(({ empty }) => empty),
        { defaultBranch: null },
      ),
    );
    expect(refsOf(gitDir)).toEqual([]);
  });

  it('follows new, forced and deleted branches, a folder that takes the place of a branch, and another default branch', async () => {
    const one = repository(({ name }) => name === 'repo-000');
    const gitDir = newDir();
    await bring(request(gitDir, one));
    const before = readRefs(one.path);
    const main = before.get('refs/heads/main') ?? '';
    const refs = new Map(before);
    refs.set('refs/heads/main', gitText(one.path, ['rev-parse', `${main}~3`]));
    refs.delete('refs/heads/release/1.x');
    refs.set('refs/heads/release', main);
    refs.set('refs/heads/feature/ünïcode/more', main);
    refs.delete('refs/heads/feature/ünïcode');
    refs.set('refs/notes/commits', main);
    refs.set("refs/heads/it's$(odd)&`more`;-x", main);
    writeRefs(one.path, 'release', refs);
    await bring(request(gitDir, one, { defaultBranch: 'release' }));
    expect(refsOf(gitDir)).toEqual(refsOf(one.path));
    expect(gitText(gitDir, ['symbolic-ref', 'HEAD'])).toBe('refs/heads/release');
    // Whoever still reads the earlier state can.
    git(gitDir, ['cat-file', '-e', main]);
    writeRefs(one.path, 'main', before);
    await bring(request(gitDir, one));
    expect(refsOf(gitDir)).toEqual(refsOf(one.path));
  });

  it('asks for no pack where nothing is new', async () => {
    const gitDir = newDir();
    await bring(request(gitDir, repository()));
    const [packs, asked] = [packsOf(gitDir), packRequests()];
    await bring(request(gitDir, repository()));
    expect(packsOf(gitDir)).toEqual(packs);
    // Protocol 2: the refs alone.
    expect(packRequests() - asked).toBe(1);
  });

  it('joins its packs when they are many, and loses no object', async () => {
    const one = repository(({ name }) => name === 'UPPER-lower');
    const gitDir = newDir();
    const before = readRefs(one.path);
    await bring(request(gitDir, one));
    let tip = before.get(`refs/heads/${one.defaultBranch}`) ?? '';
    const forced: string[] = [];
    for (let number = 0; number < 52; number++) {
      const tree = gitText(one.path, ['rev-parse', `${tip}^{tree}`]);
      tip = gitText(one.path, ['commit-tree', tree, '-p', number % 2 ? tip : `${tip}^`, '-m', `Change ${number}`]);
      forced.push(tip);
      writeRefs(one.path, one.defaultBranch, new Map(before).set(`refs/heads/${one.defaultBranch}`, tip));
      await bring(request(gitDir, one));
    }
    expect(packsOf(gitDir).length).toBeLessThan(20);
    for (const hash of forced) git(gitDir, ['cat-file', '-e', hash]);
    isSound(gitDir);
    writeRefs(one.path, one.defaultBranch, before);
  });

  it('in folders with odd names, and two at once', async () => {
    const dirs = [join(folder, "it's a $(folder) & `more`.git"), join(folder, '-ünïcode : "x"\n.git')];
    const two = [repository(({ name }) => name === '.github'), repository(({ name }) => name === 'dots.and-dashes_and.git.ignore')];
    await Promise.all(two.map((one, index) => bring(request(dirs[index] as string, one))));
    for (const [index, one] of two.entries()) expect(refsOf(dirs[index] as string)).toEqual(refsOf(one.path));
  });
});

describe('a damaged mirror', () => {
  const one = () => repository(({ name }) => name === 'repo-008');
  const damages: [string, (gitDir: string) => void][] = [
    ['a pack that was cut short', (dir) => truncateSync(join(dir, 'objects/pack', packsOf(dir)[0] ?? ''), 100)],
    ['a pack that is gone', (dir) => rmSync(join(dir, 'objects/pack', packsOf(dir)[0] ?? ''))],
    ['a pack index of noise', (dir) => writeFileSync(join(dir, 'objects/pack', (packsOf(dir)[0] ?? '').replace('.pack', '.idx')), 'noise')],
    ['settings that are noise', (dir) => writeFileSync(join(dir, 'config'), '[core\nbare = maybe')],
    ['no HEAD', (dir) => rmSync(join(dir, 'HEAD'))],
    ['refs that are noise', (dir) => writeFileSync(join(dir, 'packed-refs'), 'noise\nnoise')],
    ['a ref to nothing', (dir) => writeFileSync(join(dir, 'refs/heads/broken'), '')],
    ['no objects', (dir) => rmSync(join(dir, 'objects'), { recursive: true })],
    ['a file in place of objects', (dir) => void [rmSync(join(dir, 'objects'), { recursive: true }), writeFileSync(join(dir, 'objects'), '')]],
    ['a mark of noise', (dir) => writeFileSync(join(dir, 'org-sync-clone'), '{"x')],
    [
      'locks and halves that a killed process left',
      (dir) => {
        for (const lock of ['packed-refs.lock', 'config.lock', 'HEAD.lock', 'refs/heads/x.lock', 'objects/pack/tmp_pack_x'])
          writeFileSync(join(dir, lock), 'x');
      },
    ],
  ];
  it.each(damages)('%s', async (_name, damage) => {
    const gitDir = newDir();
    await bring(request(gitDir, one()));
    damage(gitDir);
    await bring(request(gitDir, one()));
    expect(refsOf(gitDir)).toEqual(refsOf(one().path));
    isSound(gitDir);
    for (const left of ['packed-refs.lock', 'config.lock', 'HEAD.lock', 'refs/heads/x.lock', 'objects/pack/tmp_pack_x'])
      expect(existsSync(join(gitDir, left))).toBe(false);
  });
});
