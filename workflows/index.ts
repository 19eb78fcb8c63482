import { refuseUnknownType } from './unknown-type.ts';

export { orgSync } from './org-sync.ts';
export { repoSync } from './repo-sync.ts';

/**
 * Fails workflows of an unknown type. Without it Temporal would retry a mistyped type forever.
 * The SDK requires a default export here.
 */
export default async function unknownWorkflowType(): Promise<never> {
  refuseUnknownType();
}
