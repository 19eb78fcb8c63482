import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { GIT_ENVIRONMENT } from '../support/git.ts';
import { Dice } from './dice.ts';
import { History } from './history.ts';

export interface SyntheticSize {
  commits: number;
  files: number;
}

/** Makes a bare repository of that size; the same size gives the same commits. */
export async function makeSynthetic(folder: string, { commits, files }: SyntheticSize): Promise<void> {
  const gitDir = resolve(folder);
  if (existsSync(gitDir)) throw new Error(`${gitDir} exists already`);
  await run(['init', '--quiet', '--bare', '--template=', '--initial-branch=main', gitDir]);
  const history = new History(new Dice(1), files / commits);
  await run([`--git-dir=${gitDir}`, 'fast-import', '--quiet'], history.stream(commits));
  console.log(`${gitDir}: ${commits} commits, ${history.files} files`);
}

/** Without what git gives long advice about. */
const { GIT_GRAFT_FILE: _, ...ENVIRONMENT } = GIT_ENVIRONMENT;

async function run(args: readonly string[], input: Iterable<string> = []): Promise<void> {
  const child = spawn('git', args, { env: ENVIRONMENT, stdio: ['pipe', 'ignore', 'inherit'] });
  const ended = once(child, 'close') as Promise<[number | null]>;
  child.stdin.on('error', () => undefined);
  for (const part of input) {
    if (!child.stdin.write(part)) await Promise.race([once(child.stdin, 'drain'), ended]);
    if (child.exitCode !== null) break;
  }
  child.stdin.end();
  const [code] = await ended;
  if (code !== 0) throw new Error(`git ${args.join(' ')} ended with ${code}`);
}
