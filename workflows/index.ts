export { orgSync } from './org-sync.ts';
export { repoSync } from './repo-sync.ts';
/** Temporal runs the default export for types that don't exist, hence the exception from the rule against them. */
export { refuseUnknownType as default } from './unknown-type.ts';
