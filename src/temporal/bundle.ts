import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

/** The workflow code of a build, as workers load it. */
export const BUNDLE = fileURLToPath(new URL('../../workflow-bundle.js', import.meta.url));

/** Bundles the workflow code, which takes seconds: once per build instead of at every start of a worker. */
export async function writeBundle(workflowsPath: string, target: string): Promise<void> {
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('WARN') });
  await writeFile(target, code);
}

if (import.meta.main) await writeBundle(fileURLToPath(new URL('../../workflows/index.js', import.meta.url)), BUNDLE);
