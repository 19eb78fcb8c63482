import { gitText } from './process.ts';
import type { GitProgram } from './program.ts';

/** Major and minor version of this machine's git. */
export async function gitVersion(program: GitProgram): Promise<[major: number, minor: number]> {
  const answer = await gitText({ program, gitDir: '/' }, ['version']);
  const [, major, minor] = /(\d+)\.(\d+)/.exec(answer) ?? [];
  return [Number(major ?? 0), Number(minor ?? 0)];
}
