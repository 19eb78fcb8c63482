import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { repositoryId } from '../../src/providers/identity.ts';
import { FACT_TABLES } from '../../src/schema/tables.ts';
import { query } from '../support/database.ts';
import { makeDeepRepository } from '../support/deep-repository.ts';
import { git } from '../support/git.ts';
import { runSync, syncOnce } from '../support/sync.ts';
import { expectSameFacts, lastWrites } from '../support/tables.ts';
import { tempFolder } from '../support/temp.ts';
import { startTestWorker } from '../support/worker.ts';

const PRESENT = repositoryId({ host: 'github.com', name: 'acme/api' });
/** What 0.1.0 gave a clone through ssh.github.com. */
const FORMER = repositoryId({ host: 'ssh.github.com', name: 'acme/api' });

/** Gives the rows in a folder's database the former id. */
function makeFormer(folder: string): void {
  const database = new DatabaseSync(join(folder, 'org-sync.db'));
  for (const table of [...FACT_TABLES.filter((each) => each !== 'repos'), 'sync_state', 'sync_runs']) {
    database.prepare(`update ${table} set repo_id = ? where repo_id = ?`).run(FORMER, PRESENT);
  }
  database.prepare("update repos set id = ?, host = 'ssh.github.com' where id = ?").run(FORMER, PRESENT);
  database.close();
}

test('rows under the id that an earlier version gave a repository move to the present one, and nothing is read again', async () => {
  const folder = tempFolder();
  const path = join(folder, 'repository');
  makeDeepRepository(path, { commits: 20, files: 5, changes: 2 });
  git(path, ['remote', 'add', 'origin', 'ssh://git@ssh.github.com:443/acme/api.git']);
  await syncOnce(folder, [path]);
  const { repos: _, ...before } = lastWrites(folder, PRESENT);
  const undisturbed = join(folder, 'undisturbed');
  cpSync(join(folder, 'org-sync.db'), join(undisturbed, 'org-sync.db'), { recursive: true });
  makeFormer(folder);
  expect(lastWrites(folder, PRESENT)['git_commits']).toEqual({ rows: 0, last: null });

  await syncOnce(folder, [path]);
  expect(lastWrites(folder, PRESENT)).toMatchObject(before);
  expectSameFacts(folder, undisturbed);
  expect(query(folder, 'select distinct repo_id from sync_runs union select repo_id from sync_state union select id from repos')).toEqual([
    { repo_id: PRESENT },
  ]);

  // A run of the earlier version that had gone on meanwhile; and rows of the present id that lack something.
  const older = new DatabaseSync(join(folder, 'org-sync.db'));
  older.exec(`insert into git_files select '${FORMER}', path, executable, 'old', size, hash, last_synced from git_files`);
  older.exec(
    `insert into repos select '${FORMER}', repo, provider, host, provider_id, url, ref, head_hash, settings, tags, is_fork, is_archived, created_at, last_synced, removed_at from repos`,
  );
  older.exec('delete from git_commits where rowid in (select rowid from git_commits limit 3)');
  older.close();
  await using worker = await startTestWorker(folder);
  await runSync(worker, { provider: 'local', paths: [path] });
  expectSameFacts(folder, undisturbed);
});
