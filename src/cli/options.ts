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

/** Options of the commands that start a worker. */
export interface WorkerFlags {
  db?: string;
  migrate?: boolean;
  taskQueue: string;
}

export function addSyncOptions(command: Command): Command {
  return command
    .option('--repo <name>', 'just this repository (repeatable)', (name: string, names: string[] = []) => [...names, name])
    .option('-s, --pattern <glob>', "just repositories whose full name matches, '*' matching '/' too")
    .option('--since <date>', 'just commits not older than this (2026-01-31 or ISO-8601)')
    .option('--max-repos <n>', 'at most so many repositories')
    .option('--max-commits <n>', 'at most so many commits per repository, newest first')
    .option('--concurrency <n>', 'repositories at once (default: 4)')
    .option('--stages <a,b>', `only these stages: ${STAGES.join(', ')}`)
    .option('--no-forks', 'leave out forks')
    .option('--no-archived', 'leave out archived repositories')
    .option('--all-branches', 'commits of all branches, not just of the default one')
    .option('--full', 'start over: ignore what earlier syncs have read');
}

export function addWorkerOptions(command: Command): Command {
  return command
    .option('--db <url>', 'database (default: DATABASE_URL, else sqlite:///org-sync.db)')
    .option('--migrate', "bring the database's tables up to date first (SQLite's and MongoDB's always are)")
    .addOption(new Option('--task-queue <name>', 'Temporal task queue').default('org-sync').argParser(taskQueue));
}

/** @throws InvalidArgumentError, which commander tells with the option's name. */
function taskQueue(name: string): string {
  if (name.trim() === '') throw new InvalidArgumentError('It must not be empty.');
  return name;
}

/** Options by the field of the input that they set. */
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
 * The workflow's input that flags mean.
 * @throws InvalidInput with every problem, under the names that options have.
 */
export function inputFrom(flags: SyncFlags, rest: Pick<OrgSyncInput, 'provider' | 'owner' | 'paths'>): OrgSyncInput {
  try {
    return parseOrgSyncInput(unchecked(flags, rest));
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    const named = error.problems.map((problem) => problem.replace(/^(\w+)(\.\d+)?(?=: )/, (field, name: string) => OPTIONS[name] ?? field));
    throw new InvalidInput([...new Set(named)]);
  }
}

function unchecked(flags: SyncFlags, rest: Pick<OrgSyncInput, 'provider' | 'owner' | 'paths'>): Record<string, unknown> {
  const input: Record<string, unknown> = {
    ...rest,
    repos: flags.repo,
    pattern: flags.pattern,
    since: flags.since,
    maxRepos: number(flags.maxRepos),
    maxCommits: number(flags.maxCommits),
    concurrency: number(flags.concurrency),
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

/** What isn't a number stays as it is, so that the check can name it. */
function number(text: string | undefined): number | string | undefined {
  if (text === undefined) return undefined;
  return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}
