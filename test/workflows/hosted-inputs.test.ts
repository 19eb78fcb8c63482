import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { WorkflowFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { repositoryId } from '../../src/providers/identity.ts';
import type { Forge } from '../cli/support/forge.ts';
import type { Acme } from '../cli/support/github.ts';
import type { Lab } from '../cli/support/gitlab.ts';
import { HOSTS } from '../cli/support/hosts.ts';
import { type Command, startCommand } from '../support/command.ts';
import { query } from '../support/database.ts';
import { startTrap, type Trap } from '../support/forge/trap.ts';
import { until } from '../support/runs.ts';
import { rowCounts } from '../support/tables.ts';
import { tempFolder } from '../support/temp.ts';
import { workerCommands } from '../support/worker-commands.ts';

const shared = workerCommands();

/** What only one of them takes: a name of more parts, or one that stands for a name there. */
const OWN = {
  github: { repository: 'acme/repo-000', wrong: 'the name of a repository at GitHub; write owner/name' },
  gitlab: { repository: 'acme/project-000', wrong: 'the path of a project at GitLab; write group/project' },
};

interface Made {
  hosted: object;
}

describe.each(HOSTS)('somebody who may start workflows reaches no more than $name by that:', ({ provider, name, token, start }) => {
  const folder = tempFolder();
  const { repository, wrong } = OWN[provider];
  const taskQueue = `test-${randomUUID()}`;
  const withoutToken = `test-${randomUUID()}`;
  const workers: Command[] = [];
  let acme: Forge;
  let trap: Trap;

  /** Starts a worker as whoever runs one does. */
  async function startWorker(queue: string, env: Record<string, string>): Promise<void> {
    const settings = { TEMPORAL_ADDRESS: inject('temporalAddress'), ORG_SYNC_HOME: join(folder, queue), DATABASE_URL: `sqlite:///${folder}/org-sync.db` };
    const worker = startCommand(['worker', '--task-queue', queue], { ...settings, ...env });
    workers.push(worker);
    await until('the worker works', () => {
      if (worker.process.exitCode !== null) throw new Error(worker.output());
      return worker.output().includes('Ctrl-C');
    });
  }

  beforeAll(async () => {
    acme = await start(folder, { repositories: 1, pullRequests: 1 });
    trap = await startTrap();
    await startWorker(taskQueue, acme.access);
    await startWorker(withoutToken, {});
  });
  afterAll(async () => {
    for (const worker of workers) await worker.end('SIGTERM');
    await trap.close();
  });

  /** How a workflow fails that anybody started who may. */
  async function failureOf(type: 'orgSync' | 'repoSync', input: unknown, queue = taskQueue): Promise<ApplicationFailure> {
    const run = shared.client().workflow.execute(type, { taskQueue: queue, workflowId: `test/${randomUUID()}`, args: [input] });
    const error = await run.catch((reason: unknown) => reason);
    if (!(error instanceof WorkflowFailedError) || !(error.cause instanceof ApplicationFailure)) throw new Error(`the workflow didn't fail: ${error}`);
    expect(error.cause.nonRetryable).toBe(true);
    for (const secret of acme.secrets()) expect(error.cause.message).not.toContain(secret);
    return error.cause;
  }

  /** The host's id of the repository. */
  function providerId(): string {
    const { world } = (acme as Acme | Lab).made;
    const [first] = 'projects' in world ? world.projects : world.repositories;
    return String(first?.id);
  }

  /** A repository that somebody has made up. */
  function made(more: { host?: string; name?: string; url?: string; path?: string }): unknown {
    const { host = new URL(acme.server.webUrl).host, name: path = repository } = more;
    const listed = { provider, id: repositoryId({ host, name: path }), url: `${acme.server.webUrl}/${path}`, ...more, host, name: path };
    const hosted = {
      providerId: providerId(),
      ref: 'main',
      head: null,
      isFork: false,
      isArchived: false,
      createdAt: '2021-01-01T00:00:00Z',
      tags: [],
      settings: {},
    };
    return { repository: { ...listed, hosted }, owner: 'acme' };
  }

  const tokenWent = () => trap.gotToken(acme.access[token]) || trap.requests.length > 0;

  it('a repository at another host is asked for nowhere: neither there nor here', async () => {
    acme.server.requests.length = 0;
    const { host } = new URL(trap.url);
    const here = new URL(acme.server.webUrl).host;
    for (const stages of [['commits'], ['pull-requests']]) {
      const { message, type } = await failureOf('repoSync', { ...(made({ host, url: `${trap.url}/${repository}` }) as object), stages });
      expect({ message, type }).toEqual({ message: `${repository} is at ${host}, and this worker's connection goes to ${here}`, type: 'FatalError' });
    }
    expect([tokenWent(), acme.server.requests]).toEqual([false, []]);
  });

  it('an address of a repository is never one that is asked', async () => {
    acme.server.requests.length = 0;
    const input = { ...(made({ url: `${trap.url}/${repository}` }) as object), stages: ['commits'] };
    await shared.client().workflow.execute('repoSync', { taskQueue, workflowId: `test/${randomUUID()}`, args: [input] });
    expect(tokenWent()).toBe(false);
    expect(acme.server.requests.map(({ path }) => path.replace(/\/(info|git).*/, ''))).toContain(`/${repository}.git`);
  });

  it.each([
    '../../x',
    '../..',
    'acme/..',
    './x',
    'acme/x/../../x',
    'acme',
    'acme/x?y=z',
    'acme/x#y',
    'acme/x y',
    '@127.0.0.1/x',
    '/acme/x',
    'acme//x',
    'acme/%2e%2e/x',
    'acme/x\n',
    '--upload-pack=x/y',
  ])('a name that leads elsewhere is refused: %j', async (path) => {
    acme.server.requests.length = 0;
    for (const stages of [['commits'], ['pull-requests']]) {
      const { message } = await failureOf('repoSync', { ...(made({ name: path }) as object), stages });
      expect(message).toBe(`'${path}' can't be ${wrong}`);
    }
    expect([tokenWent(), acme.server.requests]).toEqual([false, []]);
  });

  it.each([
    ['hosted: ', (repository: Made) => ({ ...repository, hosted: undefined })],
    ['hosted.createdAt: ', ({ hosted, ...repository }: Made) => ({ ...repository, hosted: { ...hosted, createdAt: 'yesterday' } })],
    ['hosted.providerId: ', ({ hosted, ...repository }: Made) => ({ ...repository, hosted: { ...hosted, providerId: '..' } })],
    ['hosted.ref: ', ({ hosted, ...repository }: Made) => ({ ...repository, hosted: { ...hosted, ref: 'no..branch' } })],
  ])('what no listing says of a repository is an invalid input, and not tried for an hour: %s', async (where, change) => {
    const input = made({}) as { repository: Made };
    const { type, message } = await failureOf('repoSync', { ...input, repository: change(input.repository), stages: ['commits'] });
    expect([type, message]).toEqual(['InvalidInput', expect.stringContaining(`repository.${where}`)]);
  });

  it('a connection that the worker has none of is an invalid input, for an owner and for a repository', async () => {
    const message = `connection: there is no connection 'work' to ${name}; ORG_SYNC_CONNECTIONS names none`;
    expect(await failureOf('orgSync', { provider, owner: 'acme', connection: 'work' })).toMatchObject({ type: 'InvalidInput', message });
    expect(await failureOf('repoSync', { ...(made({}) as object), connection: 'work' })).toMatchObject({ type: 'InvalidInput', message });
    for (const field of ['url', 'token', 'host']) {
      const { type, message: said } = await failureOf('orgSync', { provider, owner: 'acme', [field]: trap.url });
      expect([type, said]).toEqual(['InvalidInput', expect.stringContaining(field)]);
    }
    expect(tokenWent()).toBe(false);
  });

  it('a worker without a token names the variable that it lacks', async () => {
    const { type, message } = await failureOf('orgSync', { provider, owner: 'acme' }, withoutToken);
    expect([type, message]).toEqual([
      'InvalidInput',
      expect.stringMatching(new RegExp(`^${token} is not set in the environment of the command or the worker: `)),
    ]);
    expect((await failureOf('repoSync', made({}), withoutToken)).message).toBe(message);
  });

  it('nothing of all this was written but that it failed', () => {
    expect(rowCounts(folder)['git_pull_requests']).toBe(0);
    expect(query(folder, 'select repo from repos')).toEqual([{ repo: repository }]);
  });
});
