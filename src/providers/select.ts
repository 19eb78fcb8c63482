import type { OrgSyncInput } from '../model/input.ts';
import { matchesPattern } from './pattern.ts';

/**
 * Returns a test for the repositories that an input's `repos` and `pattern` select. `repos` holds full names, or bare names
 * that any owner's repository may have.
 */
export function selects(input: Pick<OrgSyncInput, 'repos' | 'pattern'>): (name: string) => boolean {
  const named = namesFor(input);
  const matches = input.pattern === undefined ? () => true : matchesPattern(input.pattern);
  return (name) => (input.repos === undefined || named(name).length > 0) && matches(name);
}

/** Finds those of the input's `repos` that mean a repository, by its full name or path. */
export function namesFor({ repos = [] }: Pick<OrgSyncInput, 'repos'>): (name: string) => string[] {
  const wanted = Map.groupBy(repos, (name) => name.toLowerCase());
  return (name) => {
    const lower = name.toLowerCase();
    const bare = lower.slice(lower.lastIndexOf('/') + 1);
    return [...new Set([lower, bare])].flatMap((each) => wanted.get(each) ?? []);
  };
}
