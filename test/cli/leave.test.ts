import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { tempFolder } from '../support/temp.ts';

const MODULE = fileURLToPath(new URL('../../src/cli/interrupt.ts', import.meta.url));
const HANGING = `
  import { open } from 'node:fs/promises';
  const { listenForInterrupt } = await import(${JSON.stringify(MODULE)});
  listenForInterrupt().reached.then(() => console.log('stopping'));
  open(process.argv[1]).catch(() => undefined);
  console.log('hanging');
  setInterval(() => undefined, 1000);
`;

it('a second signal ends a command that a call to the file system holds up', async () => {
  const pipe = join(tempFolder(), 'pipe');
  spawnSync('mkfifo', [pipe]);
  const command = spawn(process.execPath, ['--input-type=module', '-e', HANGING, pipe], { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(command, 'exit');
  for (const _ of ['hanging', 'stopping']) {
    await once(command.stdout, 'data');
    command.kill('SIGTERM');
  }
  // Either it could be left at once, or it had to be killed.
  expect([
    [130, null],
    [null, 'SIGKILL'],
  ]).toContainEqual(await ended);
});
