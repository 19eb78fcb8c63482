import { existsSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import envPaths from 'env-paths';
import { z } from 'zod';
import { InvalidInput } from './model/errors.ts';

/** Variables that programs we start get from the shell that started us. */
export const inheritedEnvironment: { PATH: string; TMPDIR?: string } = {
  PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
  ...(process.env['TMPDIR'] === undefined ? {} : { TMPDIR: process.env['TMPDIR'] }),
};

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const text = z.string().trim().min(1, 'must not be empty');

const environment = z.object({
  DATABASE_URL: text.optional(),
  DATABASE_URI: text.optional(),
  DB_CONN_STRING: text.optional(),
  TEMPORAL_ADDRESS: text.optional(),
  TEMPORAL_NAMESPACE: text.default('default'),
  TEMPORAL_API_KEY: text.optional(),
  TEMPORAL_TLS: z.enum(['true', 'false']).optional(),
  TEMPORAL_TLS_SERVER_NAME: text.optional(),
  TEMPORAL_TLS_CA: text.optional(),
  TEMPORAL_TLS_CERT: text.optional(),
  TEMPORAL_TLS_KEY: text.optional(),
  TEMPORAL_CLI: text.optional(),
  ORG_SYNC_HOME: text.optional(),
  ORG_SYNC_LOCAL_ROOTS: text.optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).optional(),
});

/** A Temporal server somewhere, and how to be let in. */
export interface TemporalTarget {
  address: string;
  namespace: string;
  apiKey?: string;
  /** File names of a certificate authority and a client certificate, PEM. */
  tls?: { serverName?: string; ca?: string; cert?: string; key?: string };
}

/** What the environment says, checked. */
export interface Config {
  databaseUrl: string;
  /** Undefined: an embedded server. */
  temporal: TemporalTarget | undefined;
  /** Path of the Temporal CLI, where somebody chose one. */
  temporalCli: string | undefined;
  /** Folder for everything that can be made again: clones, embedded servers, the Temporal CLI. */
  home: string;
  /** Folders that local syncs started from outside may read. */
  localRoots: readonly string[];
  logLevel: (typeof LOG_LEVELS)[number] | undefined;
}

/**
 * Reads the environment, after `.env` in the current folder where there is one; what is set already wins over it.
 * @param given Values that a command's options override.
 * @throws InvalidInput naming every variable that is wrong, without values that may be secrets.
 */
export function loadConfig(given: { db?: string | undefined } = {}): Config {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const result = environment.safeParse(process.env);
  if (!result.success) throw new InvalidInput(result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`));
  const read = result.data;
  return Object.freeze({
    databaseUrl: given.db ?? read.DATABASE_URL ?? read.DATABASE_URI ?? read.DB_CONN_STRING ?? 'sqlite:///org-sync.db',
    temporal: read.TEMPORAL_ADDRESS === undefined ? undefined : temporalTarget(read.TEMPORAL_ADDRESS, read),
    temporalCli: read.TEMPORAL_CLI,
    home: resolve(read.ORG_SYNC_HOME ?? envPaths('org-sync', { suffix: '' }).cache),
    localRoots: (read.ORG_SYNC_LOCAL_ROOTS ?? '').split(delimiter).filter((root) => root !== ''),
    logLevel: read.LOG_LEVEL,
  });
}

function temporalTarget(address: string, read: z.infer<typeof environment>): TemporalTarget {
  const tls = {
    ...(read.TEMPORAL_TLS_SERVER_NAME === undefined ? {} : { serverName: read.TEMPORAL_TLS_SERVER_NAME }),
    ...(read.TEMPORAL_TLS_CA === undefined ? {} : { ca: read.TEMPORAL_TLS_CA }),
    ...(read.TEMPORAL_TLS_CERT === undefined ? {} : { cert: read.TEMPORAL_TLS_CERT }),
    ...(read.TEMPORAL_TLS_KEY === undefined ? {} : { key: read.TEMPORAL_TLS_KEY }),
  };
  // An API key is sent over TLS only.
  const encrypted = read.TEMPORAL_TLS === 'true' || read.TEMPORAL_API_KEY !== undefined || Object.keys(tls).length > 0;
  return {
    address,
    namespace: read.TEMPORAL_NAMESPACE,
    ...(read.TEMPORAL_API_KEY === undefined ? {} : { apiKey: read.TEMPORAL_API_KEY }),
    ...(encrypted ? { tls } : {}),
  };
}

/** The environment as a whole, for programs that need what theirs is made from. */
export const fullEnvironment: NodeJS.ProcessEnv = process.env;
