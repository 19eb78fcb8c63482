import type { RepositoryOptions } from '../src/model/input.ts';

/** Returns the options that a stage's rows depend on, as text: a stage is up to date only for the same options. */
export function optionsKey({ since, maxCommits, allBranches }: RepositoryOptions): string {
  return JSON.stringify([since ?? null, maxCommits ?? null, allBranches === true]);
}
