import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { GitError } from '../../../src/git/error.ts';
import { DamagedFolder, FatalError } from '../../../src/model/errors.ts';
import { isWhole, markWhole } from '../../../src/providers/hosted/damage-mark.ts';
import { holdClone } from '../../../src/providers/hosted/hold-clone.ts';
import { tempFolder } from '../../support/temp.ts';

it('an error of git about a damaged object means that the held clone is made anew; another error does not', async () => {
  const gitDir = join(tempFolder(), 'clone.git');
  mkdirSync(gitDir);
  await markWhole(gitDir);
  await using held = await holdClone({ gitDir });

  for (const error of [new Error('bad object'), new FatalError('unable to read'), new GitError('log', 129, 'unknown option')]) {
    expect(await held.diagnose(error)).toBe(error);
    expect(await isWhole(gitDir)).toBe(true);
  }
  const damage = new GitError('cat-file', 128, 'fatal: unable to read tree 1234');
  const diagnosis = await held.diagnose(damage);
  expect(diagnosis).toBeInstanceOf(DamagedFolder);
  expect(diagnosis).toMatchObject({ message: damage.message, cause: damage });
  expect(await isWhole(gitDir)).toBe(false);
});
