import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/** How org-sync calls itself to GitHub, which wants every client to have a name. */
export const USER_AGENT = userAgent();

function userAgent(): string {
  const file = findPackageJSON('.', import.meta.url);
  if (file === undefined) throw new Error("org-sync's package.json is missing: install it again");
  return `org-sync/${(JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version}`;
}
