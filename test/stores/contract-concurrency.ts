import { expect, it } from 'vitest';
import { openStore } from '../../src/stores/open.ts';
import { runChild } from './child-process.ts';
import { hash, repoId, row } from './samples.ts';
import { type Subject, saveState, write } from './subject.ts';

export function concurrencyContract(subject: Subject): void {
  it('takes the writes of 20 repositories at once', async () => {
    const sync = async (repository: number) => {
      for (let batch = 0; batch < 5; batch++) {
        const upsert = [0, 1, 2].map((n) => row('git_commits', { repoId: repoId(repository), hash: hash(batch * 3 + n) }));
        await write(subject, { table: 'git_commits', upsert });
        await saveState(subject.store, repoId(repository), 'commits', {
          cursor: { batch },
          headHash: null,
          watermark: new Date(),
        });
      }
    };
    await Promise.all(Array.from({ length: 20 }, (_, repository) => sync(repository)));
    expect(await subject.database.rows('git_commits')).toHaveLength(20 * 15);
    for (let repository = 0; repository < 20; repository++) {
      expect(await subject.store.syncState(repoId(repository), 'commits')).toMatchObject({ cursor: { batch: 4 } });
    }
  });

  it('takes the writes of two stores at once', async () => {
    const second = await openStore(subject.database.url);
    const writes = Array.from({ length: 40 }, (_, index) =>
      (index % 2 === 0 ? subject.store : second).write([{ table: 'git_commits', upsert: [row('git_commits', { hash: hash(index) })] }]),
    );
    await Promise.all(writes);
    await second.close();
    expect(await subject.database.rows('git_commits')).toHaveLength(40);
  });

  it('is made once, however many processes open it at once', async () => {
    const fresh = await subject.create();
    const children = await Promise.all(Array.from({ length: 5 }, () => runChild('open', fresh.url)));
    const store = await openStore(fresh.url);
    await store.close();
    await fresh.drop();
    expect(children).toEqual(children.map(() => ({ code: 0, output: store.databaseId })));
    expect(store.databaseId).not.toBe(subject.store.databaseId);
  });

  it('takes the writes of several processes at once', async () => {
    const children = [1, 2, 3].map((repository) => runChild('write', subject.database.url, String(repository), '40'));
    expect((await Promise.all(children)).map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(await subject.database.rows('git_commits')).toHaveLength(3 * 40 * 50);
  });

  it('holds whole batches only after its writer was killed', async () => {
    // With nobody else there, whoever opens it next has to recover what the killed process left.
    await subject.store.close();
    await runChild('crash', subject.database.url, '1');
    subject.store = await openStore(subject.database.url);
    const commitsOf = async (repository: number) => (await subject.database.rows('git_commits')).filter((commit) => commit.repoId === repoId(repository));
    const commits = await commitsOf(1);
    expect(commits.length).toBeGreaterThan(0);
    expect(commits.length % 50).toBe(0);
    await write(subject, { table: 'git_commits', upsert: [row('git_commits', { repoId: repoId(2) })] });
    expect(await commitsOf(2)).toHaveLength(1);
    // A server may have been sent one more before its client died, which it writes when it gets to it.
    const later = await commitsOf(1);
    expect(later.slice(0, commits.length)).toEqual(commits);
    expect(later.length % 50).toBe(0);
  });
}
