import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { Grants } from '../../src/cli/grants.ts';
import { initRepository } from '../support/git.ts';
import { tempFolder } from '../support/temp.ts';

const MODULE = fileURLToPath(new URL('../../src/cli/grants.ts', import.meta.url));
const GIVER = `
  const { Grants } = await import(${JSON.stringify(MODULE)});
  const [folder, run, path] = process.argv.slice(1);
  await new Grants(folder).give(run, [path]);
  console.log('given');
  setInterval(() => undefined, 1000);
`;

it('what another living command gave a run stays when the run has ended, and goes with that command', async () => {
  const folder = tempFolder();
  const path = `${folder}/repository`;
  initRepository(path);
  const grants = new Grants(`${folder}/grants`);
  const other = spawn(process.execPath, ['--input-type=module', '-e', GIVER, `${folder}/grants`, 'run', path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(other, 'exit');
  await once(other.stdout, 'data');
  await grants.give('run', [path]);
  await grants.end('run');
  expect(await grants.folders()).toContain(path);
  await grants.end('another run');
  other.kill('SIGKILL');
  await ended;
  await grants.end('run');
  expect(await grants.folders()).toEqual([]);
});

it('a repository that borrows from everything around it gives nobody leave to read that', async () => {
  const folder = tempFolder();
  const path = `${folder}/around/repository`;
  initRepository(path);
  mkdirSync(`${folder}/around/pack`);
  writeFileSync(`${path}/.git/objects/info/alternates`, `/\n${folder}/around\n`);
  symlinkSync('/', `${path}/.git/refs/all`);
  const grants = new Grants(`${folder}/grants`);
  await grants.give('run', [path]);
  expect(await grants.folders()).not.toContain('/');
  expect(await grants.folders()).not.toContain(`${folder}/around`);
  expect(await grants.folders()).toContain(path);
});
