import { refuseUnknownType } from './unknown-type.ts';

export { orgSync } from './org-sync.ts';
export { repoSync } from './repo-sync.ts';

/** Takes workflow types that don't exist. Temporal looks for a default export by that role, hence the exception from the rule against them. */
export default async function unknownWorkflowType(): Promise<never> {
  refuseUnknownType();
}
