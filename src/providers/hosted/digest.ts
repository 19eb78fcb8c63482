import { createHash } from 'node:crypto';

/** A short text that is the same as long as all parts are. */
export function digest(...parts: unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}
