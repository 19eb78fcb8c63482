import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { expectRowsOfGit } from '../support/expect-rows.ts';
import { makeHostileRepository, makePromisorRepository } from '../support/hostile-repository.ts';
import { syncOnce } from '../support/sync.ts';
import { tempFolder } from '../support/temp.ts';

it('runs nothing that a repository configures, and reads what it holds all the same', async () => {
  const folder = tempFolder();
  const dir = join(folder, 'hostile');
  const canary = join(folder, 'canary');
  expect(makeHostileRepository(dir, canary).length).toBeGreaterThan(100);
  const result = await syncOnce(folder, [dir], { allBranches: true });
  expect(result.failures).toEqual([]);
  expect(existsSync(canary)).toBe(false);
  await expectRowsOfGit(folder, dir, { allBranches: true });
});

it('fetches nothing that a repository lacks, whatever it names to fetch it with', async () => {
  const folder = tempFolder();
  const dir = join(folder, 'promisor');
  const canary = join(folder, 'canary');
  makePromisorRepository(dir, canary);
  const result = await syncOnce(folder, [dir]);
  expect(result.repositories.failed).toBe(1);
  expect(existsSync(canary)).toBe(false);
});
