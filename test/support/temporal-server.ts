import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { inject } from 'vitest';
import { SEARCH_ATTRIBUTES } from '../../src/model/workflow-ids.ts';
import { isPortFree, type Ports } from '../../src/temporal/dev-server/ports.ts';

/** A Temporal server of a test's own, in a process that it may kill. */
export interface OwnServer extends AsyncDisposable {
  address: string;
  /** SIGKILL; gone when it returns. */
  kill(): Promise<void>;
  /** Sends a signal, as one that has it stand still. */
  signal(signal: NodeJS.Signals): void;
  /** Starts it again, in the same place and with the same arguments. */
  start(): Promise<void>;
}

/** Starts of a server that finds a port taken which was free a moment ago. */
const TRIES = 5;

/**
 * Starts a server.
 * @param args More arguments for `temporal server start-dev`.
 */
export async function startOwnServer(...args: string[]): Promise<OwnServer> {
  let child: ChildProcess | undefined;
  const kill = async () => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  const start = async (choose: () => Promise<Ports>): Promise<Ports> => {
    for (let tries = 1; ; tries++) {
      const ports = await choose();
      child = spawn(inject('temporalCli'), [...words(ports), ...args], { stdio: 'ignore' });
      if (await isReady(child, `127.0.0.1:${ports.grpc}`)) return ports;
      await kill();
      if (tries === TRIES) throw new Error(`no Temporal server could be started in ${TRIES} tries`);
    }
  };
  const ports = await start(portsOfItsOwn);
  return {
    address: `127.0.0.1:${ports.grpc}`,
    kill,
    signal: (signal) => child?.kill(signal),
    start: async () => {
      await start(async () => ports);
    },
    [Symbol.asyncDispose]: kill,
  };
}

/**
 * Ports that are free, and stay so while the server is down: neither among those that embedded servers of other tests
 * look for, nor among those that systems give to whoever asks for any.
 */
async function portsOfItsOwn(): Promise<Ports> {
  for (;;) {
    const first = 20_000 + 4 * randomInt(2_500);
    const ports = { grpc: first, ui: first + 1, http: first + 2, metrics: first + 3 };
    if ((await Promise.all(Object.values(ports).map(isPortFree))).every(Boolean)) return ports;
  }
}

function words({ grpc, ui, http, metrics }: Ports): string[] {
  return [
    ...['server', 'start-dev', '--headless', '--log-level', 'error'],
    ...['--port', `${grpc}`, '--ui-port', `${ui}`, '--http-port', `${http}`, '--metrics-port', `${metrics}`],
    ...SEARCH_ATTRIBUTES.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
  ];
}

/** Waits until the server answers; false when it ends before, or takes too long. */
async function isReady(child: ChildProcess, address: string): Promise<boolean> {
  const deadline = Date.now() + 60_000;
  while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: 5000 });
      await connection.workflowService.describeNamespace({ namespace: 'default' });
      await connection.close();
      return true;
    } catch {
      // Not yet.
      await setTimeout(100);
    }
  }
  return false;
}
