import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempFolder } from '../support/temp.ts';
import { type Circumstances, makeRecorder, orgSync } from './support/org-sync.ts';

const folder = tempFolder();
const recorder = makeRecorder(folder);
const circumstances: Circumstances = { cwd: folder, env: { ORG_SYNC_HOME: join(folder, 'home'), TEMPORAL_CLI: recorder.file } };

async function printed(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await orgSync(args, circumstances);
  expect({ code, stderr, ran: recorder.ran() }).toEqual({ code: 0, stderr: '', ran: false });
  return stdout;
}

it("--version prints the package's version", async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
  expect(await printed('--version')).toBe(`${version}\n`);
  expect(await printed('-V')).toBe(`${version}\n`);
});

it('--help names every command, where settings come from and what exit codes mean', async () => {
  const help = await printed('--help');
  for (const word of [
    'sync',
    'up',
    'worker',
    'temporal',
    '--version',
    'DATABASE_URL',
    'TEMPORAL_ADDRESS',
    'ORG_SYNC_HOME',
    '.env',
    'Exit codes: 0',
    '1 ',
    '2 ',
    '130 ',
  ]) {
    expect(help).toContain(word);
  }
  expect(await printed('-h')).toBe(help);
  expect(await printed('help')).toBe(help);
});

it('sync local --help names every option with its default, the stages, and shows examples', async () => {
  const help = await printed('sync', 'local', '--help');
  for (const option of [
    '<path...>',
    '--repo <name>',
    '-s, --pattern <glob>',
    '--since <date>',
    '--max-repos <n>',
    '--max-commits <n>',
    '--concurrency <n>',
    '--stages <a,b>',
    '--no-forks',
    '--no-archived',
    '--all-branches',
    '--full',
    '--db <url>',
    '--task-queue <name>',
  ]) {
    expect(help).toContain(option);
  }
  const text = help.replaceAll(/\s+/g, ' ');
  expect(text).toContain('commits, pull-requests, commit-stats, files-and-blame');
  expect(text).toContain('(default: 4)');
  expect(text).toContain('DATABASE_URL, else sqlite:///org-sync.db');
  expect(text).toContain('$ org-sync sync local . ');
});

it('every command has a help of its own', async () => {
  for (const words of [['sync'], ['up'], ['worker']]) expect(await printed(...words, '--help')).toMatch(new RegExp(`^Usage: org-sync ${words.join(' ')}`));
});
