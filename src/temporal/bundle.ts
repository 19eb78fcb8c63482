import { writeFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';

/** File with the bundled workflow code of a build. */
export const BUNDLE = fileURLToPath(new URL('../../workflow-bundle.js', import.meta.url));

/**
 * Bundles the workflow code. That takes seconds, so it is done once per build instead of at each start of a worker.
 * @param workflowsPath The module that exports the workflows. The payload converter and the interceptors are next to it.
 */
export async function writeBundle(workflowsPath: string, target: string): Promise<void> {
  const beside = (name: string) => join(dirname(workflowsPath), `${name}${extname(workflowsPath)}`);
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    payloadConverterPath: beside('payload-converter'),
    workflowInterceptorModules: [beside('unknown-type')],
    logger: new DefaultLogger('WARN'),
  });
  await writeFile(target, code);
}

if (import.meta.main) await writeBundle(fileURLToPath(new URL('../../workflows/index.js', import.meta.url)), BUNDLE);
