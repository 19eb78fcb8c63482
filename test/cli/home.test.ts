import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { commitAll, initRepository } from '../support/git.ts';
import { tempFolder } from '../support/temp.ts';
import { makeSite } from './support/org-sync.ts';

it('folders below ORG_SYNC_HOME are closed to other users, also those that an earlier version left open', async () => {
  const folder = tempFolder();
  const site = makeSite(join(folder, 'site'));
  const home = join(site.folder, 'home');
  for (const name of ['bin', 'clones', 'databases']) {
    mkdirSync(join(home, name), { recursive: true });
    chmodSync(join(home, name), 0o755);
  }
  initRepository(join(folder, 'repository'));
  commitAll(join(folder, 'repository'), 'First\n');
  const { code, stderr } = await site.sync([join(folder, 'repository')]);
  expect(code, stderr).toBe(0);
  const modes = readdirSync(home, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => [name, (statSync(join(home, name)).mode & 0o777).toString(8)]);
  expect(modes.sort()).toEqual([
    ['bin', '700'],
    ['clones', '700'],
    ['databases', '700'],
  ]);
});
