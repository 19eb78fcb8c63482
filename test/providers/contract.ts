import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { OrgSyncInput } from '../../src/model/input.ts';
import type { Sources } from '../../src/providers/index.ts';
import { expectRecords, ORACLES } from '../support/expect-rows.ts';
import { FETCHED_TABLES, storedRepositories } from '../support/forge/expect-facts.ts';
import { git, gitText } from '../support/git.ts';
import { makeRandomRepository } from '../support/random-repository.ts';
import { runSync, syncOnce } from '../support/sync.ts';
import { expectSameFacts, lastWrites } from '../support/tables.ts';
import { tempFolder } from '../support/temp.ts';
import { startTestWorker } from '../support/worker.ts';

/** A bare repository as a source offers it. */
export interface SourceSubject extends AsyncDisposable {
  sources: Partial<Sources>;
  /** What syncs it and nothing else. */
  input: OrgSyncInput;
  /** Address that clones of it name. */
  remote: string;
  /** Tells whoever serves it that something was pushed. */
  pushed(): void;
}

/**
 * What every source has to do: the same repository gives the same rows, whoever serves it.
 * @param serve Has a source offer a bare repository, `acme/one` by name.
 */
export function sourceContract(serve: (bare: string) => Promise<SourceSubject>): void {
  describe('source contract', () => {
    const parent = tempFolder();
    const [bare, synced] = [join(parent, 'served.git'), join(parent, 'synced')];
    let subject: SourceSubject;

    beforeAll(async () => {
      await makeRandomRepository(join(parent, 'origin'), 7, 60);
      git(parent, ['clone', '--quiet', '--mirror', '--template=', 'origin', bare]);
      git(bare, ['remote', 'remove', 'origin']);
      git(bare, ['branch', 'feature/ünïcode', 'HEAD~2']);
      git(bare, ['tag', 'light', 'HEAD~1']);
      git(bare, ['tag', '-a', '-m', 'Annotated', 'v1.0.0', 'HEAD']);
      git(bare, ['update-ref', 'refs/notes/commits', 'HEAD~3']);
      mkdirSync(synced);
      subject = await serve(bare);
      await sync();
      return () => subject[Symbol.asyncDispose]();
    });

    async function sync(): Promise<void> {
      await using worker = await startTestWorker(synced, { sources: subject.sources });
      expect(await runSync(worker, subject.input)).toMatchObject({ repositories: { listed: 1, done: 1, failed: 0 }, failures: [] });
    }

    const row = (folder: string) => storedRepositories(folder)[0] ?? {};

    it.each(FETCHED_TABLES)('stores in %s exactly what git tells', async (table) => {
      const repoId = String(row(synced)['id']);
      expectRecords(synced, table, repoId, await ORACLES[table](bare, { repoId }));
    });

    it('gives the rows and the id that a clone gives which names the same remote', async () => {
      const folder = join(parent, 'local');
      const clone = join(folder, 'clone.git');
      mkdirSync(folder);
      git(parent, ['clone', '--quiet', '--mirror', '--template=', bare, clone]);
      git(clone, ['config', 'remote.origin.url', subject.remote]);
      await syncOnce(folder, [clone]);
      const known = ({ id, repo, host, head_hash, ref }: ReturnType<typeof row>) => ({ id, repo, host, head_hash, ref });
      expect(known(row(synced))).toEqual(known(row(folder)));
      expectSameFacts(synced, folder, FETCHED_TABLES);
    });

    it('writes nothing where nothing is new', async () => {
      const before = lastWrites(synced);
      await sync();
      expect(lastWrites(synced)).toEqual(before);
    });

    it('brings what was pushed, and drops what is gone', async () => {
      const head = gitText(bare, ['commit-tree', 'HEAD^{tree}', '-p', 'HEAD', '-m', 'Pushed']);
      const [gone] = gitText(bare, ['for-each-ref', '--format=%(refname)', 'refs/tags']).split('\n');
      git(bare, ['update-ref', 'HEAD', head]);
      git(bare, ['update-ref', '-d', gone ?? '']);
      subject.pushed();
      await sync();
      const repoId = String(row(synced)['id']);
      for (const table of FETCHED_TABLES) expectRecords(synced, table, repoId, await ORACLES[table](bare, { repoId }));
      expect(row(synced)['head_hash']).toBe(head);
    });
  });
}
