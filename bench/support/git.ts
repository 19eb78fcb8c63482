import { buffer } from 'node:stream/consumers';
import { inheritedEnvironment } from '../../src/config.ts';
import { gitEnvironment } from '../../src/git/environment.ts';
import type { GitRepository } from '../../src/git/repository.ts';
import { start } from './run.ts';

/** The isolated environment that the product's own git processes run in. */
export const GIT_ENVIRONMENT = gitEnvironment(inheritedEnvironment);

/** Where a git command runs. */
export interface GitPlace extends GitRepository {
  signal: AbortSignal;
}

/** All that a git command writes. */
export async function git({ gitDir, signal }: GitPlace, args: readonly string[], input?: string | Buffer): Promise<Buffer> {
  const { child, ended } = start('git', [`--git-dir=${gitDir}`, ...args], { env: GIT_ENVIRONMENT, signal, ...(input === undefined ? {} : { input }) }, 'pipe');
  const output = child.stdout === null ? Buffer.alloc(0) : await buffer(child.stdout);
  await ended;
  return output;
}

/** The same as text without the newline at its end. */
export async function gitText(place: GitPlace, args: readonly string[], input?: string | Buffer): Promise<string> {
  return (await git(place, args, input)).toString().replace(/\n$/, '');
}
