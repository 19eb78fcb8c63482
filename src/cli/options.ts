import { type Command, InvalidArgumentError, Option } from 'commander';
import { InvalidInput } from '../model/errors.ts';
import { type OrgSyncInput, parseOrgSyncInput } from '../model/input.ts';
import { STAGES } from '../model/stages.ts';

/** Options of `sync` and `schedule`, as commander parses them. */
export interface SyncFlags {
  repo?: string[];
  pattern?: string;
  since?: string;
  maxRepos?: string;
  maxCommits?: string;
  concurrency?: string;
  stages?: string;
  forks: boolean;
  archived: boolean;
  allBranches?: boolean;
  full?: boolean;
  connection?: string;
  shared?: boolean;
}

/** Options of commands that start a worker. */
export interface WorkerFlags {
  db?: string;
  migrate?: boolean;
  taskQueue: string;
}

export function addSyncOptions(command: Command): Command {
  return command
    .option('--repo <name>', 'sync only this repository (repeatable)', (name: string, names: string[] = []) => [...names, name])
    .option('-s, --pattern <glob>', "sync only repositories whose full name matches; '*' matches '/' too")
    .option('--since <date>', 'read only commits since this date (2026-01-31 or ISO-8601)')
    .option('--max-repos <n>', 'sync at most this many repositories')
    .option('--max-commits <n>', 'read at most this many commits per repository, newest first')
    .option('--concurrency <n>', 'repositories to sync at the same time (default: 4)')
    .option('--stages <a,b>', `run only these stages: ${STAGES.join(', ')}`)
    .option('--no-forks', 'exclude forks')
    .option('--no-archived', 'exclude archived repositories')
    .option('--all-branches', 'read the commits of all branches, not only of the default branch')
    .option('--full', 'read everything again, ignoring what earlier syncs have stored');
}

export function addWorkerOptions(command: Command): Command {
  return command
    .option('--db <url>', 'database (default: DATABASE_URL, else sqlite:///org-sync.db)')
    .option('--migrate', 'apply pending migrations first (PostgreSQL)')
    .addOption(new Option('--task-queue <name>', 'Temporal task queue').default('org-sync').argParser(parseTaskQueue));
}

/** @throws InvalidArgumentError, which commander prints with the name of the option. */
function parseTaskQueue(name: string): string {
  if (name.trim() === '') throw new InvalidArgumentError('It must not be empty.');
  return name;
}

/** Names of options, by the input field that they set. */
const OPTIONS: Record<string, string> = {
  repos: '--repo',
  pattern: '--pattern',
  since: '--since',
  maxRepos: '--max-repos',
  maxCommits: '--max-commits',
  concurrency: '--concurrency',
  stages: '--stages',
  connection: '--connection',
};

/**
 * Converts flags to the input of the workflow.
 * @throws InvalidInput with every problem, naming the options.
 */
export function parseSyncFlags(flags: SyncFlags, rest: Pick<OrgSyncInput, 'provider' | 'owner' | 'paths'>): OrgSyncInput {
  try {
    return parseOrgSyncInput(toRawInput(flags, rest));
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    const named = error.problems.map((problem) => problem.replace(/^(\w+)(\.\d+)?(?=: )/, (field, name: string) => OPTIONS[name] ?? field));
    throw new InvalidInput([...new Set(named)]);
  }
}

function toRawInput(flags: SyncFlags, rest: Pick<OrgSyncInput, 'provider' | 'owner' | 'paths'>): Record<string, unknown> {
  const input: Record<string, unknown> = {
    ...rest,
    repos: flags.repo,
    pattern: flags.pattern,
    since: flags.since,
    maxRepos: parseNumber(flags.maxRepos),
    maxCommits: parseNumber(flags.maxCommits),
    concurrency: parseNumber(flags.concurrency),
    stages: flags.stages?.split(',').map((stage) => stage.trim()),
    includeForks: flags.forks ? undefined : false,
    includeArchived: flags.archived ? undefined : false,
    allBranches: flags.allBranches,
    full: flags.full,
    connection: flags.connection,
    includeShared: flags.shared,
  };
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}

/** Returns a text that isn't a number as it is, so that the message about it can quote it. */
function parseNumber(text: string | undefined): number | string | undefined {
  if (text === undefined) return undefined;
  return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
