import { gitText } from './process.ts';

/** Major and minor version of this machine's git. */
export async function gitVersion(): Promise<[major: number, minor: number]> {
  const answer = await gitText({ gitDir: '/' }, ['version']);
  const [, major, minor] = /(\d+)\.(\d+)/.exec(answer) ?? [];
  return [Number(major ?? 0), Number(minor ?? 0)];
}
