import { TestWorkflowEnvironment } from '@temporalio/testing';

/**
 * Program that lets the SDK download the CLI into the folder named by its argument. On its own, because
 * the SDK's runtime is one a process, starts threads, and writes to the terminal as it likes.
 */
const downloadDir = process.argv[2];
if (downloadDir === undefined) throw new Error('usage: sdk-download-child <folder>');
try {
  // The SDK offers no download without a start.
  const environment = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'cached-download', downloadDir } },
  });
  await environment.teardown();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
