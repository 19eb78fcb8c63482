import { createHash } from 'node:crypto';

/** What stands in a local run's workflow id for the owner: the first 12 hex digits of SHA-256 over its paths, one a line. */
export function localOwner(realPaths: readonly string[]): string {
  const lines = [...realPaths].sort().map((path) => `${path}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex').slice(0, 12);
}
