import { randomUUID } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { FatalError } from '../../model/errors.ts';
import { ownIdentity } from '../../processes/identity.ts';
import { withFileLock } from '../file-lock.ts';
import { type AttachOptions, attach, detach } from './attach.ts';
import { guard } from './guard.ts';
import { IP } from './ports.ts';
import { NAMESPACE } from './ready.ts';

/** Longer than any start, so that only a command that hangs keeps others waiting so long. */
const LOCK_MS = 120_000;

export interface DevServerOptions {
  /** The Temporal CLI (`findTemporalCli`). */
  cli: string;
  /** Folder of the database that the server belongs to; made when missing. Nothing else may lie in it. */
  directory: string;
  /** Environment of the command; the server gets it without secrets and settings of Temporal's. */
  env: NodeJS.ProcessEnv;
  /** Tells the user what is unusual. */
  report: (message: string) => void;
  /** Ends the wait for another command that starts or ends the server. */
  signal?: AbortSignal | undefined;
}

/** The embedded server while a command uses it. */
export interface DevServer {
  /** '127.0.0.1:7233'; stays the same, also over restarts. */
  readonly address: string;
  /** 'http://127.0.0.1:8233' */
  readonly uiUrl: string;
  readonly namespace: string;
  /** Process of the server; another one after a restart. */
  readonly pid: number;
  /** Aborts, with a FatalError as reason, when the server keeps ending and is given up. */
  readonly lost: AbortSignal;
  /** Ends the use; the last command to do so ends the server and waits until it is gone. May be called more than once. */
  release(): Promise<void>;
}

/**
 * Uses the embedded Temporal server of a database: the one that runs, be it another command's or left
 * by one that was killed, else a new one. While in use it is started again, in the same place and with
 * the same data, whenever it ends.
 * @throws FatalError when it can't be started, with the end of its log.
 */
export async function useDevServer(options: DevServerOptions): Promise<DevServer> {
  mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  // The server is known by the path of its files: one folder must have one name.
  const directory = realpathSync(options.directory);
  const { report, signal } = options;
  const attachment: AttachOptions = { ...options, directory };
  const use = { id: randomUUID(), ...ownIdentity() };
  const locked = <T>(work: () => Promise<T>, abort?: AbortSignal): Promise<T> =>
    withFileLock(join(directory, 'lock'), work, {
      timeoutMs: LOCK_MS,
      onWait: () => report('Waiting for another org-sync command that starts or ends the Temporal server.'),
      signal: abort,
    });

  const first = await locked(() => attach(attachment, use), signal).catch((error: unknown) => {
    throw describeFullDisk(error, directory);
  });
  const { ports } = first;
  const { server, lost, stop } = guard(directory, first, () => locked(() => attach(attachment, use, ports)), report);
  let released: Promise<void> | undefined;
  return {
    address: `${IP}:${ports.grpc}`,
    uiUrl: `http://${IP}:${ports.ui}`,
    namespace: NAMESPACE,
    get pid() {
      return server().pid;
    },
    lost,
    release: () => (released ??= stop().then(() => locked(() => detach(directory, use)))),
  };
}

/** Node's own message names neither the file nor its folder. */
function describeFullDisk(error: unknown, directory: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT' ? new FatalError(`${directory}: ${message}; free some space on its disk, or set ORG_SYNC_HOME`) : error;
}
