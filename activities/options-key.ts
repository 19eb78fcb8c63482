import type { RepositoryOptions } from '../src/model/input.ts';

/** The options that change which rows a stage makes, as text: a stage is up to date only for the same ones. */
export function optionsKey({ since, maxCommits, allBranches }: RepositoryOptions): string {
  return JSON.stringify([since ?? null, maxCommits ?? null, allBranches === true]);
}
