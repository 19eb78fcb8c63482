import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { pruneClones, useClone } from '../../../src/providers/hosted/cache.ts';
import { isWhole, markBegun, markDamaged, markWhole } from '../../../src/providers/hosted/damage-mark.ts';
import { tempFolder } from '../../support/temp.ts';

const folder = tempFolder();
let clones: string;
let count = 0;
beforeEach(() => {
  clones = join(folder, `clones-${count++}`);
});

/** A clone of some bytes that was last used at a time; the older, the smaller. */
async function makeClone(database: string, name: string, bytes: number, used: number, whole = true): Promise<string> {
  const gitDir = join(clones, database, `${name}.git`);
  mkdirSync(join(gitDir, 'objects/pack'), { recursive: true });
  writeFileSync(join(gitDir, 'objects/pack/pack-1.pack'), Buffer.alloc(bytes));
  await (whole ? markWhole : markBegun)(gitDir);
  utimesSync(join(gitDir, 'org-sync-clone'), used, used);
  return gitDir;
}

describe('the bound of clones', () => {
  it('removes the least recently used ones of all databases, half made ones too, until the rest is within it', async () => {
    const dirs = [
      await makeClone('one', 'a', 400, 3_000),
      await makeClone('two', 'b', 400, 1_000),
      await makeClone('one', 'c', 400, 2_000, false),
      await makeClone('two', 'd', 400, 4_000),
    ];
    await pruneClones(clones, 1_600);
    expect(dirs.map(existsSync)).toEqual([true, true, true, true]);
    await pruneClones(clones, 1_000);
    expect(dirs.map(existsSync)).toEqual([true, false, false, true]);
    await pruneClones(clones, 0);
    expect(dirs.map(existsSync)).toEqual([false, false, false, false]);
  });

  it('spares what is in use, and what is no clone of a code host', async () => {
    const [used, other] = [await makeClone('one', 'a', 400, 1_000), await makeClone('one', 'b', 400, 2_000)];
    const overlay = join(clones, 'one', 'local.git');
    mkdirSync(overlay);
    writeFileSync(join(clones, 'mark'), '');
    await useClone(used, () => useClone(used, () => pruneClones(clones, 400)));
    expect([used, other, overlay].map(existsSync)).toEqual([true, false, true]);
    await pruneClones(clones, 100);
    expect([used, overlay].map(existsSync)).toEqual([false, true]);
  });

  it('counts a use from its end', async () => {
    const [used, other] = [await makeClone('one', 'a', 400, 1_000), await makeClone('one', 'b', 400, 2_000)];
    await useClone(used, async () => undefined);
    await pruneClones(clones, 500);
    expect([used, other].map(existsSync)).toEqual([true, false]);
  });

  it('removes what an earlier removal left, and minds no other worker that removes at once', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => makeClone('one', `c${index}`, 100, index)));
    const left = join(clones, 'one', 'x.git.1.going');
    mkdirSync(left);
    await Promise.all(Array.from({ length: 4 }, () => pruneClones(clones, 500)));
    expect(existsSync(left)).toBe(false);
  });

  it('a folder that is missing holds none', async () => {
    await pruneClones(join(folder, 'nowhere'), 0);
  });
});

describe('the mark of a clone', () => {
  it('tells a whole one from one that is half made, has lost a pack, or was found damaged', async () => {
    expect(await isWhole(join(folder, 'nowhere'))).toBe(false);
    expect(await isWhole(await makeClone('one', 'a', 1, 1, false))).toBe(false);
    const gitDir = await makeClone('one', 'b', 1, 1);
    writeFileSync(join(gitDir, 'objects/pack/pack-2.pack'), 'more');
    expect(await isWhole(gitDir)).toBe(true);
    writeFileSync(join(gitDir, 'objects/pack/pack-1.pack'), '');
    expect(await isWhole(gitDir)).toBe(false);
    await markWhole(gitDir);
    await markDamaged(gitDir);
    expect(await isWhole(gitDir)).toBe(false);
  });
});
