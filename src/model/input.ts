import { z } from 'zod';
import { bytesOf, MAX_LIST_BYTES, MAX_LIST_LENGTH, overlongField } from './bounds.ts';
import { InvalidInput } from './errors.ts';
import { PROVIDER_INPUTS, PROVIDERS } from './providers.ts';
import type { ListedRepository } from './repository.ts';
import { STAGES } from './stages.ts';

const name = z.string().trim().min(1, 'must not be empty').max(10_000, 'must have at most 10000 characters');
/** A path or a folder's name, whose first and last characters may be spaces. */
const exactName = z
  .string()
  .max(5_000, 'must have at most 5000 characters')
  .refine((text) => text.trim() !== '', 'must not be empty');
const whole = z.int({ error: ({ code }) => (code === 'too_big' || code === 'too_small' ? 'is too large' : 'must be a whole number') });
const count = whole.min(1, 'must be 1 or more').max(1_000_000_000, 'is too large');

/** `2026-01-31` or a full ISO-8601 time; without a zone it is UTC. */
const isoDate = z.string().superRefine((value, context) => {
  if (parseIsoDate(value) === undefined) {
    context.addIssue({
      code: 'custom',
      message: `'${value}' is not a date; write 2026-01-31 or 2026-01-31T12:00:00Z`,
    });
  }
});

const options = {
  since: isoDate.optional(),
  maxCommits: count.optional(),
  stages: z
    .array(z.enum(STAGES, `must be one of ${STAGES.join(', ')}`))
    .min(1, 'must name at least one stage')
    .optional(),
  allBranches: z.boolean().optional(),
  full: z.boolean().optional(),
  connection: name.optional(),
};

/** Names that travel with every page of a listing. */
function listOf(item: z.ZodType<string, string>, what: string, advice: string) {
  const most = (items: unknown) =>
    `has ${Array.isArray(items) ? items.length : 'too many'} names in ${bytesOf(items)} bytes, and at most ${MAX_LIST_LENGTH} in ${MAX_LIST_BYTES} bytes are taken; ${advice}`;
  return z
    .custom<string[]>((items: unknown) => !Array.isArray(items) || (items.length <= MAX_LIST_LENGTH && bytesOf(items) <= MAX_LIST_BYTES), {
      abort: true,
      error: ({ input }) => most(input),
    })
    .pipe(z.array(item).min(1, `must name at least one ${what}`));
}

const orgSyncInput = z
  .strictObject({
    provider: z.enum(PROVIDERS),
    owner: name.optional(),
    paths: listOf(exactName, 'path', 'name a folder that they lie in').optional(),
    repos: listOf(name, 'repository', 'use a pattern').optional(),
    pattern: name.optional(),
    maxRepos: count.optional(),
    concurrency: whole.min(1, 'must be 1 or more').max(1000, 'must be 1000 or less').optional(),
    includeForks: z.boolean().optional(),
    includeArchived: z.boolean().optional(),
    includeShared: z.boolean().optional(),
    ...options,
  })
  .superRefine((input, context) => {
    const { target: wanted, includesShared } = PROVIDER_INPUTS[input.provider];
    const refused = wanted === 'paths' ? 'owner' : 'paths';
    if (input[wanted] === undefined) {
      context.addIssue({ code: 'custom', path: [wanted], message: `is required when provider is '${input.provider}'` });
    }
    if (input[refused] !== undefined) {
      context.addIssue({ code: 'custom', path: [refused], message: `doesn't go with provider '${input.provider}'` });
    }
    if (input.includeShared !== undefined && !includesShared) {
      context.addIssue({ code: 'custom', path: ['includeShared'], message: `doesn't go with provider '${input.provider}'` });
    }
  });

/** Whether git takes a branch's name. @see https://git-scm.com/docs/git-check-ref-format */
function isBranch(text: string): boolean {
  const odd = /^$|^[./]|[./]$|\.\.|@\{|\/\/|\/\.|\.lock(\/|$)|[ ~^:?*[\\]/;
  return !odd.test(text) && ![...text].some((character) => character < ' ' || character === '\x7f');
}

const repoSyncInput = z.strictObject({
  repository: z
    .object({
      provider: z.enum(PROVIDERS),
      id: z.uuid(),
      host: z.string(),
      name: exactName,
      label: z.string().optional(),
      // Whoever reads the tables may follow it.
      url: z
        .string()
        .regex(/^(https?|file):\/\//i, 'must begin with http://, https:// or file://')
        .nullable(),
      path: z.string().optional(),
      hosted: z
        .object({
          // It becomes part of addresses.
          providerId: z.string().regex(/^\d+$/, 'must be a number'),
          ref: z.string().refine(isBranch, "can't be a branch's name").nullable(),
          head: z.string().nullable(),
          isFork: z.boolean(),
          isArchived: z.boolean(),
          createdAt: isoDate,
          tags: z.array(z.string()),
          settings: z.record(z.string(), z.unknown()),
        })
        .optional(),
      probe: z.object({ git: z.string().optional(), pullRequests: z.string().optional() }).optional(),
    })
    .superRefine((repository, context) => {
      const { provider, hosted } = repository;
      const overlong = overlongField(repository as ListedRepository);
      if (overlong !== undefined) context.addIssue({ code: 'custom', message: overlong });
      if (PROVIDER_INPUTS[provider].target === 'owner' && hosted === undefined)
        context.addIssue({ code: 'custom', path: ['hosted'], message: `is required when provider is '${provider}'` });
    }),
  owner: z.string().max(1_000, 'must have at most 1000 characters'),
  ...options,
});

/** Options that reach every repository: which stages run, and what they take in. */
export type RepositoryOptions = Pick<OrgSyncInput, 'since' | 'maxCommits' | 'stages' | 'allBranches' | 'full' | 'connection'>;

/** Input of the `orgSync` workflow. */
export type OrgSyncInput = z.infer<typeof orgSyncInput>;

/** Input of the `repoSync` workflow. */
export type RepoSyncInput = RepositoryOptions & {
  repository: ListedRepository;
  /** Owner that the organisation's workflow was started for (a search attribute). */
  owner: string;
};

/** Returns the options of an input that apply to every repository; those that aren't set are absent. */
export function pickRepositoryOptions(input: RepositoryOptions): RepositoryOptions {
  const names = Object.keys(options) as (keyof RepositoryOptions)[];
  return Object.fromEntries(names.filter((name) => input[name] !== undefined).map((name) => [name, input[name]]));
}

/**
 * Checks an `orgSync` input that came from anywhere.
 * @throws InvalidInput with every problem found.
 */
export function parseOrgSyncInput(input: unknown): OrgSyncInput {
  return parse(orgSyncInput, input);
}

/**
 * Checks a `repoSync` input that came from anywhere.
 * @throws InvalidInput with every problem found.
 */
export function parseRepoSyncInput(input: unknown): RepoSyncInput {
  return parse(repoSyncInput, input) as RepoSyncInput;
}

/** The instant that an option of the form '2026-01-31' or ISO-8601 names; undefined where it is neither. */
export function parseIsoDate(value: string): Date | undefined {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?)?$/i.exec(value);
  if (match === null) return undefined;
  const [, day, time = '00:00', zone = 'Z'] = match;
  const midnight = new Date(`${day}T00:00:00Z`);
  // JavaScript rolls 2026-02-30 over into March: what doesn't come back as written isn't a date.
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(String(day))) return undefined;
  const date = new Date(`${day}T${time}${zone}`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function parse<T>(schema: z.ZodType<T>, input: unknown): T {
  const result = schema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  // A number that is far too large breaks two rules at once: one message a field is enough.
  const problems = new Map<string, string>();
  for (const issue of result.error.issues) {
    const field = issue.path.join('.');
    if (!problems.has(field)) problems.set(field, describe(issue));
  }
  throw new InvalidInput([...problems.values()]);
}

/** What is wrong, and with which value where it's short enough to be read. */
function describe(issue: z.core.$ZodIssue): string {
  const where = issue.path.length === 0 ? 'input' : issue.path.join('.');
  const given = ['string', 'number', 'boolean'].includes(typeof issue.input) ? JSON.stringify(issue.input) : undefined;
  const value = given === undefined || given.length > 80 || issue.message.includes(`'${issue.input}'`) ? '' : ` (given: ${given})`;
  return `${where}: ${issue.message}${value}`;
}
