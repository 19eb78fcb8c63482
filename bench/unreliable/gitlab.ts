import type { GitLabFault } from '../../test/support/gitlab/effects.ts';
import { type MadeGitLabWorld, makeGitLabWorld } from '../../test/support/gitlab/make-world.ts';

/** 20 projects with 600 merge requests in all. */
export function makeProjects(folder: string): MadeGitLabWorld {
  const made = makeGitLabWorld({ folder, projects: 20, mergeRequests: 600 });
  // A project that can't be read would fail the sync.
  for (const project of made.world.projects) if (project.repositoryAccess === 'disabled') project.repositoryAccess = 'enabled';
  return made;
}

/** What an unreliable host does: a bad gateway, an answer cut short, a connection reset. git is met as well. */
export const FAULTS: readonly GitLabFault[] = [
  { every: 17, times: Number.POSITIVE_INFINITY, effect: { do: 'status', status: 502 } },
  { every: 19, times: Number.POSITIVE_INFINITY, effect: { do: 'cut', by: 'length' } },
  { every: 23, times: Number.POSITIVE_INFINITY, effect: { do: 'reset' } },
];
