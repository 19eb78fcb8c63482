import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { inject } from 'vitest';
import { SEARCH_ATTRIBUTES } from '../../src/model/workflow-ids.ts';

/** A Temporal server of a test's own, in a process that it may kill. */
export interface OwnServer extends AsyncDisposable {
  address: string;
  /** SIGKILL; gone when it returns. */
  kill(): Promise<void>;
  /** Starts it again, in the same place and with the same arguments. */
  start(): Promise<void>;
}

/** Starts a server. @param args More arguments for `temporal server start-dev`. */
export async function startOwnServer(...args: string[]): Promise<OwnServer> {
  const [port, ui, http] = await freePorts(3);
  const address = `127.0.0.1:${port}`;
  const attributes = SEARCH_ATTRIBUTES.flatMap((name) => ['--search-attribute', `${name}=Keyword`]);
  const words = ['server', 'start-dev', '--headless', '--port', `${port}`, '--ui-port', `${ui}`, '--http-port', `${http}`, '--log-level', 'error'];
  let child: ChildProcess | undefined;
  const kill = async () => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  const start = async () => {
    child = spawn(inject('temporalCli'), [...words, ...attributes, ...args], { stdio: 'ignore' });
    await ready(address);
  };
  await start();
  return { address, kill, start, [Symbol.asyncDispose]: kill };
}

async function ready(address: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      const connection = await Connection.connect({ address, connectTimeout: 1000 });
      await connection.workflowService.describeNamespace({ namespace: 'default' });
      await connection.close();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await setTimeout(100);
    }
  }
}

/** Ports that were free a moment ago, all at once. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  const ports: number[] = [];
  for (const server of servers) {
    if (!server.listening) await once(server, 'listening');
    ports.push((server.address() as { port: number }).port);
  }
  for (const server of servers) server.close();
  return ports;
}
