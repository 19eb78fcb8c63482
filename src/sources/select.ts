import type { OrgSyncInput } from '../model/input.ts';
import { matchesPattern } from './pattern.ts';

/**
 * A test for the repositories that an input's `repos` and `pattern` ask for. `repos` holds full names, or bare names
 * that any owner's repository may have.
 */
export function selects(input: Pick<OrgSyncInput, 'repos' | 'pattern'>): (name: string) => boolean {
  const wanted = input.repos?.map((name) => name.toLowerCase());
  const matches = input.pattern === undefined ? () => true : matchesPattern(input.pattern);
  return (name) => {
    const lower = name.toLowerCase();
    const bare = lower.slice(lower.lastIndexOf('/') + 1);
    return (wanted === undefined || wanted.includes(lower) || wanted.includes(bare)) && matches(name);
  };
}
