import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/** The version of this package. */
export function version(): string {
  const file = findPackageJSON('.', import.meta.url);
  if (file === undefined) throw new Error("org-sync's package.json is missing: install it again");
  return String((JSON.parse(readFileSync(file, 'utf8')) as { version: unknown }).version);
}

/** How org-sync identifies itself to services: GitHub requires it of every client. */
export const USER_AGENT = `org-sync/${version()}`;
