import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, it } from 'vitest';
import { inheritedEnvironment } from '../../src/config.ts';
import { query } from '../support/database.ts';
import { commitAll, git, initRepository } from '../support/git.ts';
import { holdGitHere } from '../support/held-git.ts';
import { startRun, until } from '../support/runs.ts';
import { runSync } from '../support/sync.ts';
import { tempFolder } from '../support/temp.ts';
import { startTestWorker } from '../support/worker.ts';

interface Place {
  /** A repository that may be read. */
  good: string;
  /** One that may not. */
  secret: string;
  /** The commit of the latter. */
  secretHead: string;
}

function makePlace(): Place & { folder: string; inside: string } {
  const folder = tempFolder();
  const inside = join(folder, 'inside');
  const [good, secret] = [join(inside, 'good'), join(folder, 'outside/secret')];
  for (const dir of [good, secret]) {
    mkdirSync(dir, { recursive: true });
    initRepository(dir);
    mkdirSync(join(dir, 'folder7'));
    writeFileSync(join(dir, 'folder7/file.txt'), `${dir === good ? 'good' : 'secret'}\n`);
  }
  commitAll(good, 'Good\n');
  const secretHead = commitAll(secret, 'Secret\n');
  for (const dir of [good, secret]) git(dir, ['repack', '-adq']);
  return { folder, inside, good, secret, secretHead };
}

const stored = (folder: string) => ({
  contents: query<{ contents: string }>(folder, 'select contents from git_files').map(({ contents }) => contents),
  messages: query<{ message: string }>(folder, 'select message from git_commits').map(({ message }) => message),
});

/** Runs a sync that stops in the middle for `change` to be made. */
async function syncWhile(place: { folder: string; inside: string; good: string }, moment: 'prepare' | 'commits' | 'files-and-blame', change: () => void) {
  using held = holdGitHere(place.folder, moment);
  await using worker = await startTestWorker(place.folder, { roots: [place.inside] });
  const run = await startRun(worker, [place.good]);
  await until('git waits', () => held.waited());
  change();
  held.release();
  return await run.result();
}

function swap(path: string, target: string): () => void {
  renameSync(path, `${path}-aside`);
  symlinkSync(target, path);
  return () => {
    rmSync(path);
    renameSync(`${path}-aside`, path);
  };
}

it.each<[string, 'prepare', (place: Place) => void, RegExp]>([
  ['its git folder', 'prepare', ({ good, secret }) => swap(join(good, '.git'), join(secret, '.git')), /\.git was replaced while/],
  ['its object folder', 'prepare', ({ good, secret }) => swap(join(good, '.git/objects'), join(secret, '.git/objects')), /objects was replaced while/],
  ['the folder around it', 'prepare', ({ good, secret }) => swap(good, secret), /was replaced while/],
  ['its packs', 'prepare', ({ good, secret }) => swap(join(good, '.git/objects/pack'), join(secret, '.git/objects/pack')), /secret.*outside the folders/],
])('nothing is stored of a repository outside that takes the place of %s', async (_, moment, change, reason) => {
  const place = makePlace();
  const { failures } = await syncWhile(place, moment, () => change(place));
  expect(failures).toEqual([{ repository: 'good', reason: expect.stringMatching(reason) }]);
  expect(stored(place.folder)).toEqual({ contents: [], messages: [] });
});

it('what borrows from outside only once it has been checked borrows nothing', async () => {
  const place = makePlace();
  writeFileSync(join(place.good, '.git/HEAD'), `${place.secretHead}\n`);
  const { failures } = await syncWhile(place, 'prepare', () => {
    writeFileSync(join(place.good, '.git/objects/info/alternates'), `${join(place.secret, '.git/objects')}\n`);
  });
  expect(failures).toMatchObject([{ repository: 'good', reason: expect.stringContaining(place.secretHead) }]);
  expect(stored(place.folder)).toEqual({ contents: [], messages: [] });
});

it('a repository outside that is in its place just while refs are read is not read', async () => {
  const place = makePlace();
  const programs = join(place.folder, 'programs');
  mkdirSync(programs);
  const gitDir = join(place.good, '.git');
  const lines = [
    '#!/bin/sh',
    `PATH='${inheritedEnvironment.PATH}'`,
    `case "$*" in *' symbolic-ref '*) mv '${gitDir}' '${gitDir}-aside'; ln -s '${join(place.secret, '.git')}' '${gitDir}' ;; esac`,
    'git "$@"',
    'code=$?',
    `case "$*" in *' for-each-ref '*) rm '${gitDir}'; mv '${gitDir}-aside' '${gitDir}' ;; esac`,
    'exit $code',
  ];
  writeFileSync(join(programs, 'git'), `${lines.join('\n')}\n`, { mode: 0o755 });
  const { PATH } = inheritedEnvironment;
  inheritedEnvironment.PATH = [programs, PATH].join(delimiter);
  try {
    await using worker = await startTestWorker(place.folder, { roots: [place.inside] });
    expect((await runSync(worker, { provider: 'local', paths: [place.good] })).failures).toEqual([]);
  } finally {
    inheritedEnvironment.PATH = PATH;
  }
  expect(stored(place.folder)).toEqual({ contents: ['good\n'], messages: ['Good\n'] });
});

it('a stage ends where its repository was replaced meanwhile', async () => {
  const place = makePlace();
  const { failures } = await syncWhile(place, 'files-and-blame', () => swap(join(place.good, '.git'), join(place.secret, '.git')));
  expect(failures).toEqual([{ repository: 'good', reason: expect.stringMatching(/\.git was replaced while/) }]);
  expect(stored(place.folder).messages).toEqual(['Good\n']);
  expect(stored(place.folder).contents).not.toContain('secret\n');
});
