import type { z } from 'zod';

/** Problems that a message names. */
const MAX_PROBLEMS = 10;

/**
 * Describes what a schema found wrong, as `path: message`.
 * @param root Stands for the value itself.
 */
export function describeProblems({ issues }: z.ZodError, root: string): string[] {
  return issues.slice(0, MAX_PROBLEMS).map(({ path, message }) => `${path.map(String).join('.') || root}: ${message}`);
}
