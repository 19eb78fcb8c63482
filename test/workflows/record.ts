/**
 * Records the histories in `histories/`, which have to go on replaying: `node test/workflows/record.ts [name …]`.
 * Record one anew only where a change is meant to break runs that are under way.
 */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { pino } from 'pino';
import { gitProgram, loadConfig } from '../../src/config.ts';
import type { OrgSyncInput } from '../../src/model/input.ts';
import { SEARCH_ATTRIBUTES } from '../../src/model/workflow-ids.ts';
import { gitHubSource } from '../../src/providers/github/source.ts';
import { openStore } from '../../src/stores/open.ts';
import { writeBundle } from '../../src/temporal/bundle.ts';
import { findTemporalCli } from '../../src/temporal/cli-binary/find.ts';
import { createSyncWorker } from '../../src/temporal/worker.ts';
import { makeDeepRepository } from '../support/deep-repository.ts';
import { makeWorld } from '../support/github/make-world.ts';
import { type GitHub, startGitHub } from '../support/github/server.ts';
import { makeCorruptRepository, makeEmptyRepository } from '../support/repositories.ts';
import { middleOf, pendingActivities, type Run, startGitHubRun, startRun, until } from '../support/runs.ts';
import { sourcesOf } from '../support/sources.ts';

/** Paths get into histories: this one tells nothing of the machine. */
const FOLDER = '/tmp/org-sync-replay';
const HISTORIES = join(import.meta.dirname, 'histories');
const TASK_QUEUE = 'org-sync';

interface Recorder {
  client: TestWorkflowEnvironment['client'];
  start(paths: string[], options?: Partial<OrgSyncInput>): Promise<Run>;
  /** A GitHub with one repository of `acme`, which the worker syncs. */
  github: GitHub;
  startGitHub(): Promise<Run>;
}

/** What is recorded: each gives the ids of the workflows whose histories are kept, all runs of each. */
const RECORDINGS: Record<string, (recorder: Recorder) => Promise<string[]>> = {
  plain: async ({ start }) => {
    const run = await start([small('plain/one'), small('plain/two')]);
    await run.result();
    return [run.workflowId, 'repo-sync/local/tmp/org-sync-replay/plain/one'];
  },
  failed: async ({ start }) => {
    makeCorruptRepository(join(FOLDER, 'failed'), 'damaged-blob');
    const run = await start([join(FOLDER, 'failed')]);
    await run.result();
    return [run.workflowId, 'repo-sync/local/tmp/org-sync-replay/failed'];
  },
  paused: async ({ client, start }) => {
    const run = await start([deep('paused')]);
    await pause(client, run);
    await run.signal('resume');
    await run.result();
    return [run.workflowId, 'repo-sync/local/tmp/org-sync-replay/paused'];
  },
  'prepared-again': async ({ client, start }) => {
    const run = await start([deep('prepared-again')]);
    await pause(client, run);
    rmSync(join(FOLDER, 'home/clones'), { recursive: true });
    await run.signal('resume');
    await run.result();
    return [run.workflowId, 'repo-sync/local/tmp/org-sync-replay/prepared-again'];
  },
  cancelled: async ({ client, start }) => {
    const run = await start([deep('cancelled')]);
    await middleOf(client, run, 'files-and-blame');
    await run.cancel();
    await run.result().catch(() => undefined);
    return [run.workflowId, 'repo-sync/local/tmp/org-sync-replay/cancelled'];
  },
  continued: async ({ start }) => {
    for (let number = 0; number < 8; number++) makeEmptyRepository(join(FOLDER, 'continued', `r${number}`));
    const run = await start([join(FOLDER, 'continued')], { stages: ['commits'], concurrency: 2 });
    await run.result();
    return [run.workflowId];
  },
  limited: ({ github, startGitHub }) => {
    github.setFaults([
      { match: { operation: 'repositories' }, effect: { do: 'secondary-limit', seconds: 3 } },
      { match: { operation: 'PullRequests' }, effect: { do: 'primary-limit', seconds: 5 } },
    ]);
    return withRepositories(startGitHub);
  },
  renewed: ({ github, startGitHub }) => {
    github.setFaults([{ match: { operation: 'PullRequests' }, every: 2, times: 3, effect: { do: 'secondary-limit', seconds: 1 } }]);
    return withRepositories(startGitHub);
  },
};

/** Ids of a run's workflow and those of its repositories. */
async function withRepositories(start: () => Promise<Run>): Promise<string[]> {
  const run = await start();
  await run.result();
  const { events } = await run.fetchHistory();
  const children = events?.map((event) => event.childWorkflowExecutionStartedEventAttributes?.workflowExecution?.workflowId ?? '') ?? [];
  return [run.workflowId, ...children.filter((id) => id !== '')];
}

function small(name: string): string {
  makeDeepRepository(join(FOLDER, name), { commits: 20, files: 3 });
  return join(FOLDER, name);
}

function deep(name: string): string {
  makeDeepRepository(join(FOLDER, name), { commits: 1500, files: 120, changes: 3 });
  return join(FOLDER, name);
}

async function pause(client: Recorder['client'], run: Run): Promise<void> {
  await middleOf(client, run, 'files-and-blame');
  await run.signal('pause');
  await until('no activity is left', async () => (await pendingActivities(client, run)).length === 0);
}

/** Histories hold who worked on them, by the machine's name, and where the code lay that failed. */
function anonymous(key: string, value: unknown): unknown {
  if (key === 'identity' || (key === 'name' && /^\d+@/.test(String(value)))) return 'worker';
  if (key === 'stackTrace') return '';
  return value;
}

Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { forward: {}, filter: 'ERROR' } } });
rmSync(FOLDER, { recursive: true, force: true });
mkdirSync(FOLDER);
mkdirSync(HISTORIES, { recursive: true });
const config = loadConfig();
const cli = await findTemporalCli({ explicit: config.temporalCli, home: config.home, env: process.env, report: console.log });
const extraArgs = [
  ...SEARCH_ATTRIBUTES.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
  ...['--dynamic-config-value', 'limit.historyCount.suggestContinueAsNew=40'],
];
const environment = await TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path: cli }, extraArgs } });
const bundle = join(FOLDER, 'workflow-bundle.js');
await writeBundle(join(import.meta.dirname, '../../workflows/index.ts'), bundle);
const store = await openStore(`sqlite:///${FOLDER}/org-sync.db`);
const made = makeWorld({ folder: join(FOLDER, 'github'), repositories: 1, pullRequests: 80 });
const github = await startGitHub(made.world);
const gitHubConnection = { url: github.apiUrl, auth: { kind: 'token', token: made.tokens.personal }, variable: 'GITHUB_TOKEN' } as const;
const worker = await createSyncWorker({
  connection: environment.nativeConnection,
  namespace: 'default',
  taskQueue: TASK_QUEUE,
  bundle,
  store,
  program: gitProgram,
  sources: { ...(await sourcesOf([FOLDER])), github: gitHubSource(() => gitHubConnection, { program: gitProgram, cacheBytes: 1e9 }) },
  logger: pino({ level: 'silent' }),
  home: join(FOLDER, 'home'),
});
const stopped = worker.run();
const { client } = environment;
const wanted = process.argv.slice(2);
for (const [name, record] of Object.entries(RECORDINGS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const where = { client, taskQueue: TASK_QUEUE };
  const start: Recorder['start'] = (paths, options) => startRun(where, paths, options);
  const ids = await record({ client, start, github, startGitHub: () => startGitHubRun(where, 'acme') });
  for (const id of ids) {
    const runs = await until('the runs are listed', async () => {
      const listed = await Array.fromAsync(client.workflow.list({ query: `WorkflowId = '${id}'` }));
      return listed.length > 0 && listed.every(({ closeTime }) => closeTime !== undefined) && listed.reverse();
    });
    for (const [index, { runId, type }] of runs.entries()) {
      const history = await client.workflow.getHandle(id, runId).fetchHistory();
      const file = `${name}-${type}${runs.length > 1 ? `-${index + 1}` : ''}.json`;
      const json = JSON.parse(historyToJSON(history)) as object;
      writeFileSync(join(HISTORIES, file), `${JSON.stringify(json, anonymous)}\n`);
      console.log(file);
    }
  }
}
worker.shutdown();
await stopped;
await store.close();
await github.close();
await environment.teardown();
rmSync(FOLDER, { recursive: true });
