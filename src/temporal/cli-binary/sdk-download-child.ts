import { TestWorkflowEnvironment } from '@temporalio/testing';

/**
 * Program that makes the SDK download the CLI into the folder given as its argument. It is a separate process because the
 * SDK's runtime can exist only once per process, starts threads, and writes to the terminal.
 */
const downloadDir = process.argv[2];
if (downloadDir === undefined) throw new Error('usage: sdk-download-child <folder>');
try {
  // The SDK can't download without starting a server.
  const environment = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'cached-download', downloadDir } },
  });
  await environment.teardown();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
