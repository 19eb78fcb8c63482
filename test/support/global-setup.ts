import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { TestProject } from 'vitest/node';
import { loadConfig } from '../../src/config.ts';
import { SEARCH_ATTRIBUTES } from '../../src/model/workflow-ids.ts';
import { writeBundle } from '../../src/temporal/bundle.ts';
import { findTemporalCli } from '../../src/temporal/cli-binary/find.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of a Temporal server that all test files share; each uses task queues and ids of its own. */
    temporalAddress: string;
    /** File with the bundled workflow code of this tree. */
    workflowBundle: string;
    /** The Temporal CLI. */
    temporalCli: string;
  }
}

/** Starts of the server: the SDK gives each five seconds until it answers, which a busy machine needn't keep. */
const TRIES = 10;

/** Builds the command that tests run, and starts the Temporal server that they share. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: fileURLToPath(new URL('../..', import.meta.url)), stdio: 'inherit' });
  const config = loadConfig();
  const cli = await findTemporalCli({ explicit: config.temporalCli, home: config.home, env: process.env, report: (line) => console.log(line) });
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } } });
  const environment = await startServer(cli);
  const folder = await mkdtemp(join(tmpdir(), 'org-sync-test-'));
  const bundle = join(folder, 'workflow-bundle.js');
  await writeBundle(fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)), bundle);
  project.provide('temporalAddress', environment.address);
  project.provide('workflowBundle', bundle);
  project.provide('temporalCli', cli);
  return async () => {
    await environment.teardown();
    await rm(folder, { recursive: true, force: true });
  };
}

async function startServer(cli: string): Promise<TestWorkflowEnvironment> {
  const extraArgs = SEARCH_ATTRIBUTES.flatMap((name) => ['--search-attribute', `${name}=Keyword`]);
  for (let tries = 1; ; tries++) {
    try {
      return await TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path: cli }, extraArgs } });
    } catch (error) {
      if (tries === TRIES) throw error;
    }
  }
}
