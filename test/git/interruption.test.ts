import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { gitProgram, inheritedEnvironment } from '../../src/config.ts';
import { blame } from '../../src/git/blame.ts';
import { askGit, gitCommands } from '../../src/git/commands.ts';
import { writeCommitGraph } from '../../src/git/commit-graph.ts';
import { missingObjects, ObjectReader, readObjects } from '../../src/git/objects.ts';
import { peel } from '../../src/git/refs.ts';
import { Interrupted, RetryableError } from '../../src/model/errors.ts';
import { identify, isAlive } from '../../src/processes/identity.ts';
import { commitAll, initRepository } from '../support/git.ts';
import { until } from '../support/runs.ts';
import { tempFolder } from '../support/temp.ts';

const folder = tempFolder();
const work = join(folder, 'work');
initRepository(work);
writeFileSync(join(work, 'file'), 'text\n');
const head = commitAll(work, 'Commit');
const repository = { program: gitProgram, gitDir: join(work, '.git') };
const { PATH } = inheritedEnvironment;
const programs = join(folder, 'programs');
mkdirSync(programs);

/** Puts a shell script in front of git. */
function wrapGit(script: string): void {
  writeFileSync(join(programs, 'git'), `#!/bin/sh\nPATH='${PATH}'\n${script}\n`);
  chmodSync(join(programs, 'git'), 0o755);
  inheritedEnvironment.PATH = [programs, PATH].join(delimiter);
}

afterEach(() => {
  inheritedEnvironment.PATH = PATH;
});

async function failureOf(work: Promise<unknown>): Promise<Error> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Error);
  return error as Error;
}

/** Each way of asking git about objects. */
const READERS: Record<string, () => Promise<unknown>> = {
  'objects one by one': () => {
    const reader = new ObjectReader(repository);
    const [first, second] = [reader.read(head), reader.read(head)];
    // The failure of a later read mustn't be a finding either.
    return Promise.allSettled([first, second]).then((reads) => {
      const reasons = reads.map((read) => (read.status === 'rejected' ? read.reason : undefined));
      expect(reasons[0]).toBeInstanceOf(RetryableError);
      throw reasons[1];
    });
  },
  'objects as a stream': () => Array.fromAsync(readObjects(repository, oneGroup())),
  'missing objects': () => missingObjects(repository, [head]),
  'refs followed to their commits': () => peel(repository, [head]),
};

async function* oneGroup(): AsyncGenerator<string[]> {
  yield [head, head];
}

describe.each(Object.entries(READERS))('%s', (_, read) => {
  it.each(['INT', 'TERM', 'HUP'])('git stopped by SIG%s is interrupted, and the repository is not to blame', async (signal) => {
    wrapGit(`kill -s ${signal} $$`);
    const error = await failureOf(read());
    expect(error).toBeInstanceOf(Interrupted);
    expect(error.message).toBe(`git cat-file was ended by SIG${signal}`);
  });

  it('git killed by SIGKILL is tried again, and no cause is guessed', async () => {
    wrapGit('kill -s KILL $$');
    const error = await failureOf(read());
    expect(error).toBeInstanceOf(RetryableError);
    expect(error.message).toBe('git cat-file was ended by SIGKILL');
  });

  it('output that ends before the answer is an interruption', async () => {
    wrapGit('exit 0');
    expect(await failureOf(read())).toBeInstanceOf(Interrupted);
  });
});

it('the end of output in the middle of an object is an interruption', async () => {
  wrapGit(`echo '${head} commit 400'; echo tree`);
  const reader = new ObjectReader(repository);
  expect(await failureOf(reader.read(head))).toBeInstanceOf(Interrupted);
});

it('git stopped below xargs is interrupted', async () => {
  wrapGit('kill -s TERM $$');
  expect(await failureOf(blame(repository, head, Buffer.from([0x66, 0xff])).next())).toBeInstanceOf(Interrupted);
});

it.each([
  ['a signal', 'kill -s INT $$'],
  ['a shell that reports a signal', 'exit 130'],
])('a short command ended by %s is interrupted', async (_, script) => {
  wrapGit(script);
  expect(await failureOf(askGit(gitCommands(gitProgram, '/'), 'rev-parse', 'HEAD'))).toBeInstanceOf(Interrupted);
});

it('an abort ends a short command, for the reason of the abort', async () => {
  const pid = join(folder, 'sleeper');
  wrapGit(`echo $$ > '${pid}'; exec sleep 1000`);
  const controller = new AbortController();
  const answer = askGit(gitCommands(gitProgram, '/', controller.signal), 'rev-parse', 'HEAD');
  await until('it runs', () => existsSync(pid) && readFileSync(pid, 'utf8').endsWith('\n'));
  const sleeper = identify(Number(readFileSync(pid, 'utf8')));
  controller.abort(new Error('stopped by the test'));
  await expect(answer).rejects.toThrow('stopped by the test');
  await until('it has ended', () => sleeper === undefined || !isAlive(sleeper));
});

it('writing a commit-graph that is ended by a signal is interrupted', async () => {
  wrapGit('kill -s INT $$');
  expect(await failureOf(writeCommitGraph(repository, [head]))).toBeInstanceOf(Interrupted);
});

// What neither reads nor writes would notice nothing of a worker that is gone.
it.each([
  ['a git that writes into a repository', 'commit-graph', 'SIGKILL'],
  ['a git that reads', 'cat-file', 'exit'],
] as const)('%s does not outlive its worker', async (_, command, end) => {
  const note = join(folder, `pid-${command}`);
  wrapGit(`echo $$ > '${note}'; exec sleep 1000`);
  const child = spawn(process.execPath, [fileURLToPath(new URL('support/run-git.ts', import.meta.url)), command, repository.gitDir, head], {
    env: { PATH: inheritedEnvironment.PATH },
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  await until('git runs', () => existsSync(note) && readFileSync(note, 'utf8').endsWith('\n'));
  const git = identify(Number(readFileSync(note, 'utf8')));
  if (end === 'exit') child.stdin.end();
  else child.kill(end);
  await once(child, 'exit');
  await until('git has ended', () => git === undefined || !isAlive(git));
});
