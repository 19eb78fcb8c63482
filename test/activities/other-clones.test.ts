import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { stageOf } from '../../activities/stages/source-stage.ts';
import { gitProgram } from '../../src/config.ts';
import type { Stage } from '../../src/model/stages.ts';
import { localSource } from '../../src/providers/local/source.ts';
import type { StageContext } from '../../src/providers/stage.ts';
import { openStore } from '../../src/stores/open.ts';
import { git, gitText } from '../support/git.ts';
import { tempFolder } from '../support/temp.ts';

// One worker's clone still has what was read last; the other's was made after a forced push, and lacks it. What both
// read is new to the branch: the first one reads just that, the other one everything.

const folder = tempFolder();
const whole = join(folder, 'whole');
const made = join(folder, 'made-later');
const hash: Record<string, string> = {};

/** More than a batch holds. */
const LONG = 'long line\n'.repeat(90_000);

beforeAll(() => {
  git(folder, ['init', '--quiet', '--template=', '--initial-branch=main', whole]);
  const commit = (name: string, second: number, message = name) => {
    git(whole, ['add', '--all']);
    const date = `${1_600_000_000 + second} +0000`;
    git(whole, ['commit', '--quiet', '--file=-'], { input: message, env: { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date } });
    hash[name] = gitText(whole, ['rev-parse', 'HEAD']);
  };
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) writeFileSync(join(whole, `${name}.svg`), LONG);
  commit('root', 0);
  git(whole, ['checkout', '--quiet', '-b', 'side']);
  writeFileSync(join(whole, 'side.txt'), 'side\n');
  commit('side', 10);
  git(whole, ['checkout', '--quiet', 'main']);
  // Many rows, and a message as long as a batch.
  mkdirSync(join(whole, 'many'));
  for (let number = 0; number < 2_000; number++) writeFileSync(join(whole, 'many', `${number}.svg`), '');
  commit('main', 20, 'm'.repeat(4_000_000));
  writeFileSync(join(whole, 'gone.txt'), 'gone\n');
  commit('read last', 30);
  git(whole, ['checkout', '--quiet', '-b', 'straight', String(hash['main'])]);
  writeFileSync(join(whole, 'new.txt'), 'new\n');
  commit('straight', 40);
  git(whole, ['checkout', '--quiet', '-B', 'main', String(hash['main'])]);
  git(whole, ['merge', '--quiet', '--no-commit', 'side']);
  commit('merged', 40);
  git(whole, ['update-ref', 'refs/keep/read-last', String(hash['read last'])]);
  git(folder, ['clone', '--quiet', '--template=', '--bare', pathToFileURL(whole).href, made]);
});

/** What a stage reads that another worker left to this one in the middle, of both workers together. */
async function readByBoth(stage: Stage, head: string): Promise<string[]> {
  const store = await openStore(`sqlite:///${join(tempFolder(), 'org-sync.db')}`, { migrate: true });
  const refsFile = join(folder, 'refs');
  writeFileSync(refsFile, '');
  const selection = { tips: [hash['read last']], since: null, maxCommits: null, shallow: '' };
  const saved = { cursor: selection, headHash: String(hash['read last']), watermark: new Date(0) };
  const { read } = stageOf(
    stage,
    localSource(gitProgram, async () => []),
  );
  const context = (gitDir: string, cursor?: StageContext['cursor']): StageContext => ({
    repository: { provider: 'local', id: '00000000-0000-8000-8000-000000000000', host: '', name: 'whole', url: null, path: whole },
    ...{ options: {}, git: { program: gitProgram, gitDir }, hasGitFolder: true, refsFile, stored: store, processes: 2, cursor },
    pin: { databaseId: store.databaseId, head: String(hash[head]), digest: '' },
    amendSaved: async () => undefined,
    previous: saved,
    saved,
  });
  const found: string[] = [];
  const note = (changes: readonly object[]) => {
    for (const change of changes as { upsert?: { hash?: string; commitHash?: string; path?: string }[] }[])
      for (const row of change.upsert ?? []) found.push(row.path ?? row.commitHash ?? row.hash ?? '');
  };
  try {
    let left: StageContext['cursor'];
    for await (const { changes, cursor, done } of read(context(made))) {
      note(changes);
      left = cursor;
      if (done > 0) break;
    }
    expect(left?.['position']).toBeGreaterThan(0);
    for await (const { changes } of read(context(join(whole, '.git'), left))) note(changes);
  } finally {
    await store.close();
  }
  return found;
}

test.each(['commits', 'commit-stats'] as const)(
  '%s: everything new is read where a worker resumes that has what was read last, and one without it began',
  async (stage) => {
    expect(await readByBoth(stage, 'merged')).toEqual(expect.arrayContaining([hash['side']]));
  },
);

test('files-and-blame: everything new is read where a worker resumes that has what was read last, and one without it began', async () => {
  expect(await readByBoth('files-and-blame', 'straight')).toEqual(expect.arrayContaining(['new.txt']));
});
