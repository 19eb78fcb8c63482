import { chmodSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeDeepRepository } from '../support/deep-repository.ts';
import { expectRowsOfGit } from '../support/expect-rows.ts';
import { git } from '../support/git.ts';
import { syncOnce } from '../support/sync.ts';
import { tempFolder } from '../support/temp.ts';

/** Where a part of a chunked file (a commit-graph, a multi-pack-index) begins and ends. */
function chunkOf(content: Buffer, id: string, header: number): [start: number, end: number] {
  for (let entry = header; ; entry += 12) {
    if (content.toString('latin1', entry, entry + 4) === id) return [Number(content.readBigUInt64BE(entry + 4)), Number(content.readBigUInt64BE(entry + 16))];
  }
}

/** Fills a part of a file with zeros, which no checksum tells when it's read. */
function erase(file: string, id: string, header: number, from = 0): void {
  const content = readFileSync(file);
  const [start, end] = chunkOf(content, id, header);
  content.fill(0, start + from, end);
  chmodSync(file, 0o644);
  writeFileSync(file, content);
}

it('a commit-graph that says of no commit which files it changed, in a folder that is borrowed from, changes nothing', async () => {
  const folder = tempFolder();
  const dir = join(folder, 'repository');
  makeDeepRepository(dir, { commits: 200, files: 10, changes: 2 });
  const graph = join(dir, '.git/objects/info/commit-graph');
  git(dir, ['commit-graph', 'write', '--reachable', '--changed-paths']);
  // All but the settings of the filters.
  erase(graph, 'BDAT', 8, 12);
  expect((await syncOnce(folder, [dir])).failures).toEqual([]);
  rmSync(graph);
  await expectRowsOfGit(folder, dir);
});

it('a multi-pack-index that names other places, in a folder that is borrowed from, changes nothing', async () => {
  const folder = tempFolder();
  const dir = join(folder, 'repository');
  makeDeepRepository(dir, { commits: 50, files: 5 });
  git(dir, ['repack', '-adq']);
  git(dir, ['multi-pack-index', 'write']);
  const packs = join(dir, '.git/objects/pack');
  const index = join(packs, 'multi-pack-index');
  expect(readdirSync(packs)).toContain('multi-pack-index');
  erase(index, 'OOFF', 12);
  expect((await syncOnce(folder, [dir])).failures).toEqual([]);
  rmSync(index);
  await expectRowsOfGit(folder, dir);
});
