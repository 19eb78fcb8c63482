import { afterAll, beforeAll, expect } from 'vitest';
import { type MadeWorld, makeWorld } from './make-world.ts';
import { type GitHub, startGitHub } from './server.ts';

/** A GitHub for all tests of a file; they fail at the end where it was asked what GitHub doesn't take. @param folder For its repositories. */
export function useGitHub(folder: string, use: (made: MadeWorld, github: GitHub) => void): void {
  let github: GitHub;
  beforeAll(async () => {
    const made = makeWorld({ folder });
    github = await startGitHub(made.world);
    use(made, github);
  });
  afterAll(async () => {
    expect(github.violations()).toEqual([]);
    await github.close();
  });
}
