import { randomUUID } from 'node:crypto';
import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { FatalError } from '../../model/errors.ts';
import { ownIdentity } from '../../processes/identity.ts';
import { withFileLock } from '../file-lock.ts';
import { type AttachOptions, attach, detach } from './attach.ts';
import { guardServer } from './guard.ts';
import { IP } from './ports.ts';
import { NAMESPACE } from './ready.ts';

/** Longer than any start, so that only a command that hangs can cause this timeout. */
const LOCK_TIMEOUT_MS = 120_000;

export interface DevServerOptions {
  /** The Temporal CLI (`findTemporalCli`). */
  cli: string;
  /** Folder for the files of the database's server. Created if missing; nothing else may be in it. */
  directory: string;
  /** Environment of the command. The server gets it without secrets and Temporal's settings. */
  env: NodeJS.ProcessEnv;
  /** Tells the user about unusual events. */
  report: (message: string) => void;
  /** Aborts the wait for another command that starts or stops the server. */
  signal?: AbortSignal | undefined;
}

/** The embedded server while a command uses it. */
export interface DevServer {
  /** '127.0.0.1:7233'. Restarts keep it. */
  readonly address: string;
  /** 'http://127.0.0.1:8233' */
  readonly uiUrl: string;
  readonly namespace: string;
  /** Id of the server's process. A restart changes it. */
  readonly pid: number;
  /** Aborts with a FatalError when the server keeps ending and is given up. */
  readonly lost: AbortSignal;
  /** Ends the use. The last command to do so ends the server and waits for that. May be called more than once. */
  release(): Promise<void>;
}

/**
 * Uses the embedded Temporal server of a database: the running one, which another command uses or a killed one has left,
 * else a new one. While in use it is restarted whenever it ends, on the same ports and with the same data.
 * @throws FatalError with the end of its log if it can't be started.
 */
export async function useDevServer(options: DevServerOptions): Promise<DevServer> {
  mkdirSync(options.directory, { recursive: true, mode: 0o700 });
  // The path of its files identifies the server, so links must be resolved.
  const directory = realpathSync(options.directory);
  const { report, signal } = options;
  const attachment: AttachOptions = { ...options, directory };
  const use = { id: randomUUID(), ...ownIdentity() };
  const locked = <T>(work: () => Promise<T>, abort?: AbortSignal): Promise<T> =>
    withFileLock(join(directory, 'lock'), work, {
      timeoutMs: LOCK_TIMEOUT_MS,
      onWait: () => report('Waiting for another org-sync command that starts or stops the Temporal server.'),
      signal: abort,
    });

  const first = await locked(() => attach(attachment, use), signal).catch((error: unknown) => {
    throw describeFullDisk(error, directory);
  });
  const { ports } = first;
  const { server, lost, stop } = guardServer(directory, first, () => locked(() => attach(attachment, use, ports)), report);
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
