import { join } from 'node:path';
import { expect, it } from 'vitest';
import { commitAll, initRepository } from '../support/git.ts';
import { tempFolder } from '../support/temp.ts';
import { makeSite } from './support/org-sync.ts';

const site = makeSite(tempFolder());
/** Takes nothing, as a file on a full disk. */
const FULL = '/dev/full';

it('a report that cannot be written is told of in one line, and the sync has ended well', async () => {
  const repository = join(site.folder, 'one');
  initRepository(repository);
  commitAll(repository, 'first');
  const { code, stderr } = await site.sync(['one'], { to: { stdout: FULL } });
  expect(code, stderr).toBe(1);
  expect(stderr.match(/^error: .*/gm)).toEqual([expect.stringMatching(/^error: standard output can't be written: ENOSPC/)]);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(site.rows('select distinct status from sync_runs')).toEqual([{ status: 'completed' }]);
});

it('help that cannot be written is told of', async () => {
  const { code, stderr } = await site.run(['--help'], { to: { stdout: FULL } });
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^error: standard output can't be written: ENOSPC.*\n$/) });
});

it('a log that cannot be written ends no work', async () => {
  const { code, stdout } = await site.sync(['one', '--full'], { to: { stderr: FULL }, env: { LOG_LEVEL: 'trace' } });
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('1 of 1 repository synced\n') });
});
