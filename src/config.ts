import { statSync } from 'node:fs';
import { delimiter, resolve } from 'node:path';
import envPaths from 'env-paths';
import { z } from 'zod';
import { configureProviders } from './connections.ts';
import { readDotenv } from './dotenv.ts';
import type { GitProgram, InheritedEnvironment } from './git/program.ts';
import { homeProblem } from './home.ts';
import { InvalidInput } from './model/errors.ts';
import { type ConfiguredProviders, PROVIDER_MODULES } from './providers/index.ts';
import { optionalVariable, type ProviderModule } from './providers/provider.ts';
import { ambientCredentials, removeDatabaseSettings } from './untrusted-database.ts';

/** Variables that programs we start get from the shell that started us. */
export const inheritedEnvironment: InheritedEnvironment = {
  PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
  ...(process.env['TMPDIR'] === undefined ? {} : { TMPDIR: process.env['TMPDIR'] }),
};

const networkVariables = Object.fromEntries(
  ['HTTPS_PROXY', 'HTTP_PROXY', 'ALL_PROXY', 'NO_PROXY']
    .flatMap((name) => [name, name.toLowerCase()])
    .concat('GIT_SSL_CAINFO', 'GIT_SSL_CAPATH')
    .flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
);

/** Git as this process runs it. */
export const gitProgram: GitProgram = {
  inherited: inheritedEnvironment,
  network: {
    variables: networkVariables,
    hasOwnAuthorities: ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'].some((name) => (process.env[name] ?? '') !== ''),
  },
};

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

const text = z.string().trim().min(1, { error: 'must not be empty', abort: true });
const choice = <T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: ({ input }) => `must be one of ${values.join(', ')}, not '${input}'` }).optional();
const file = text.refine((path) => statSync(path, { throwIfNoEntry: false })?.isFile(), { error: ({ input }) => `there is no file at '${input}'` }).optional();
const address = text.regex(/^([^\s:/[\]]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/i, {
  error: ({ input }) => `'${input}' is not an address; write host:port, as in localhost:7233`,
});

const environment = z.object({
  DATABASE_URL: text.optional(),
  DATABASE_URI: text.optional(),
  DB_CONN_STRING: text.optional(),
  TEMPORAL_ADDRESS: address.optional(),
  TEMPORAL_NAMESPACE: text.default('default'),
  TEMPORAL_API_KEY: text.optional(),
  TEMPORAL_TLS: choice(['true', 'false']),
  TEMPORAL_TLS_SERVER_NAME: text.optional(),
  TEMPORAL_TLS_CA: file,
  TEMPORAL_TLS_CERT: file,
  TEMPORAL_TLS_KEY: file,
  TEMPORAL_CLI: file,
  ORG_SYNC_HOME: text.optional(),
  ORG_SYNC_LOCAL_ROOTS: text.optional(),
  ORG_SYNC_CLONES_GB: optionalVariable.pipe(z.coerce.number<string | undefined>('must be a number of gigabytes').positive('must be more than 0').optional()),
  ORG_SYNC_CONNECTIONS: file,
  LOG_LEVEL: choice(LOG_LEVELS),
});

/** Variables of all providers. */
const providerVariables: ProviderModule['environment'] = Object.assign({}, ...Object.values(PROVIDER_MODULES).map((provider) => provider.environment));

const DEFAULT_CLONES_GB = 50;

/** Variables that the `.env` of somebody else's repository may set: no program to run, no folder with programs, no other server. */
const HARMLESS = ['DATABASE_URL', 'DATABASE_URI', 'DB_CONN_STRING', 'LOG_LEVEL'];

/** Names for the database, in the order of precedence. */
const DATABASE = ['DATABASE_URL', 'DATABASE_URI', 'DB_CONN_STRING'] as const;

/** Address of a Temporal server and the credentials for it. */
export interface TemporalTarget {
  address: string;
  namespace: string;
  apiKey?: string;
  /** File names of a certificate authority and a client certificate, PEM. */
  tls?: { serverName?: string; ca?: string; cert?: string; key?: string };
}

/** The validated configuration. */
export interface Config {
  databaseUrl: string;
  /** Undefined: an embedded server. */
  temporal: TemporalTarget | undefined;
  /** Path of the Temporal CLI, if one was chosen. */
  temporalCli: string | undefined;
  /** Folder for everything that can be recreated: clones, embedded servers, the Temporal CLI. */
  home: string;
  /** Folders that local syncs started from outside may read. */
  localRoots: readonly string[];
  /** Maximum bytes of the clones of code hosts' repositories. */
  clonesBytes: number;
  providers: ConfiguredProviders;
  logLevel: (typeof LOG_LEVELS)[number] | undefined;
}

/** What a command specifies. */
export interface Given {
  /** Overrides DATABASE_URL. */
  db?: string | undefined;
  /** Whether the `.env` in the current folder may have been written by others, because it belongs to a repository that is synced. */
  strangersDotenv?: boolean;
  /** Reports settings that are ignored. */
  report?: (line: string) => void;
}

/**
 * Reads the environment and `.env` in the current folder if there is one; variables that are already set take precedence.
 * Only this program's variables are read from that file.
 * @throws InvalidInput naming every invalid variable, without values that may be secrets.
 */
export function loadConfig(given: Given = {}): Config {
  const known = [...Object.keys(environment.shape), ...Object.keys(providerVariables)];
  const databaseIsSet = given.db !== undefined || DATABASE.some((name) => process.env[name] !== undefined);
  for (const [name, value] of readDotenv('.env', known)) {
    if (process.env[name] !== undefined || (databaseIsSet && DATABASE.some((other) => other === name))) continue;
    if (given.strangersDotenv !== true || HARMLESS.includes(name)) process.env[name] = value;
    else given.report?.(`${name} in .env is ignored, because that file belongs to a repository that is synced; set it in the environment.`);
  }
  if (!databaseIsSet && given.strangersDotenv === true) limitDatabase(given.report);
  const result = environment.safeParse(process.env);
  const problems = (result.error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  if ((process.env['TEMPORAL_TLS_CERT'] === undefined) !== (process.env['TEMPORAL_TLS_KEY'] === undefined)) {
    problems.push('TEMPORAL_TLS_CERT and TEMPORAL_TLS_KEY: neither works without the other; set both');
  }
  const providers = configureProviders(z.object(providerVariables).parse(process.env), result.data?.ORG_SYNC_CONNECTIONS, problems);
  const home = resolve(process.env['ORG_SYNC_HOME']?.trim() || envPaths('org-sync', { suffix: '' }).cache);
  const homeless = homeProblem(home);
  if (homeless !== undefined) problems.push(homeless);
  if (!result.success || problems.length > 0) throw new InvalidInput(problems);
  const read = result.data;
  return Object.freeze({
    databaseUrl: given.db ?? DATABASE.map((name) => read[name]).find((url) => url !== undefined) ?? 'sqlite:///org-sync.db',
    temporal: read.TEMPORAL_ADDRESS === undefined ? undefined : temporalTarget(read.TEMPORAL_ADDRESS, read),
    temporalCli: read.TEMPORAL_CLI,
    home,
    localRoots: (read.ORG_SYNC_LOCAL_ROOTS ?? '').split(delimiter).filter((root) => root !== ''),
    clonesBytes: (read.ORG_SYNC_CLONES_GB ?? DEFAULT_CLONES_GB) * 1e9,
    providers,
    logLevel: read.LOG_LEVEL,
  });
}

/**
 * Keeps the user's credentials from the database that an untrusted `.env` names: only what its URL contains is sent.
 * @throws InvalidInput if the URL itself refers to others.
 */
function limitDatabase(report: Given['report']): void {
  const url = DATABASE.map((name) => process.env[name]).find((value) => value !== undefined);
  if (url === undefined) return;
  const asked = ambientCredentials(url);
  if (asked.length > 0) {
    const reason = 'that file belongs to a repository that is synced, so its URL must not use your files or credentials';
    throw new InvalidInput([`the database URL in .env has the option ${asked.join(', ')}; ${reason}; set DATABASE_URL in the environment`]);
  }
  const removed = removeDatabaseSettings(process.env);
  if (removed.length > 0)
    report?.(
      `${removed.join(', ')} is not used for the database in .env, because that file belongs to a repository that is synced; set DATABASE_URL in the environment.`,
    );
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

/** Variables that may hold secrets: the database's and the providers', and what begins like these. */
const SECRETS = [...DATABASE, 'ORG_SYNC_CONNECTIONS'];
const SECRET_PREFIXES = Object.keys(providerVariables).map((name) => name.slice(0, name.indexOf('_') + 1));

/** The environment for programs that need more of it than git does, without secrets. */
export function foreignEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !SECRETS.includes(name) && !SECRET_PREFIXES.some((prefix) => name.startsWith(prefix))),
  );
}
