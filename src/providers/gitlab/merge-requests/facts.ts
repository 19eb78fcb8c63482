import { existsSync } from 'node:fs';
import { NotPrepared } from '../../../model/errors.ts';
import type { PullRequestRecord } from '../../../schema/git-pull-requests.ts';
import type { PullRequestFacts } from '../../hosted/pull-requests/facts.ts';
import type { ItemFailures } from '../../hosted/pull-requests/item-failures.ts';
import { isSameStatus } from '../../hosted/pull-requests/status.ts';
import type { StageContext } from '../../stage.ts';
import { readStoredPullRequests } from '../../stored-pull-requests.ts';
import type { MergeRequestPosition, SavedMergeRequests } from './cursor.ts';
import { type DiffSides, diffTotalsOf } from './diffs.ts';
import { type ApiDetails, type ApiMergeRequest, factsOfMergeRequest, stateOf } from './rows.ts';
import type { MergeRequestService } from './service.ts';

type Context = StageContext<MergeRequestPosition, SavedMergeRequests>;

/** Brings commits into the clone that a stage reads, as far as the host has them. */
export type BringCommits = (context: Context, hashes: readonly string[]) => Promise<void>;

/** Whether a run reads nothing but merge requests, and so makes no clone to count lines in. */
export function hasNoClone({ hasGitFolder }: Context): boolean {
  return !hasGitFolder;
}

/** Whether runs without a clone have left counts to this one, which has one. */
export function fillsIn(context: Context): boolean {
  return context.previous?.cursor.partial === true && !hasNoClone(context);
}

/** Merge requests that have been read or set aside, and what there is to write of them. */
interface ReadPart {
  api: readonly ApiMergeRequest[];
  facts: PullRequestFacts[];
}

/** A part, and why it is the last one. */
interface CutPart extends ReadPart {
  error?: unknown;
}

/** Joins merge requests with their approvals, and with what they change. */
export class FactsReader {
  readonly #context: Context;
  readonly #service: MergeRequestService;
  readonly #bring: BringCommits;
  readonly #failures: ItemFailures;
  #partial = false;

  constructor(context: Context, service: MergeRequestService, bring: BringCommits, failures: ItemFailures) {
    this.#context = context;
    this.#service = service;
    this.#bring = bring;
    this.#failures = failures;
  }

  /** Whether any was read whose lines couldn't be counted for want of a clone. */
  get partial(): boolean {
    return this.#partial;
  }

  /**
   * Reads a group. What was read before a failure comes first, so that the next attempt has less to ask; one that fails
   * by itself is set aside.
   * @param again Whether those that are stored as they are come along too; else they cost nothing, as where readings overlap.
   * @throws NotPrepared if there is anything to count, and the clone isn't here; what calls of the API throw.
   */
  async *read(group: readonly ApiMergeRequest[], again: boolean): AsyncGenerator<ReadPart> {
    const { error, ...part } = await this.#part(group, again);
    if (part.api.length > 0) yield part;
    if (error !== undefined) throw error;
  }

  async #part(group: readonly ApiMergeRequest[], again: boolean): Promise<CutPart> {
    const { git, repository, stored } = this.#context;
    const numbers = group.map(({ iid }) => iid);
    const rows = new Map((await readStoredPullRequests(stored, repository.id, numbers)).map((row) => [row.number, row]));
    const changed = again ? group : group.filter((api) => this.#isNew(api, rows.get(api.iid)));
    const counts = changed.some(hasDiff) && this.#hasClone();
    const read: { api: ApiMergeRequest; details: ApiDetails | null; sides: DiffSides | null }[] = [];
    let end = group.length;
    let failed: { error?: unknown } = {};
    for (const api of changed) {
      try {
        const answers = await this.#failures.attempt(api.iid, async () => ({
          sides: counts && hasDiff(api) ? await this.#service.sides(api) : null,
          details: await this.#service.details(api),
        }));
        if (answers !== undefined) read.push({ api, ...answers });
      } catch (error) {
        end = group.indexOf(api);
        failed = { error };
        break;
      }
    }
    const sides = read.flatMap((each) => each.sides ?? []);
    const totals = await diffTotalsOf(git, sides, (hashes) => this.#bring(this.#context, hashes));
    for (const { api } of read) this.#failures.settle(api.iid);
    const facts = read.flatMap(({ api, details }) =>
      details === null ? [] : [factsOfMergeRequest(repository.id, { ...api, ...details }, totals.get(api.iid) ?? countedOf(api, rows.get(api.iid)))],
    );
    return { api: group.slice(0, end), facts, ...failed };
  }

  #isNew(api: ApiMergeRequest, row: PullRequestRecord | undefined): boolean {
    if (!isStoredAs(api, row)) return true;
    return fillsIn(this.#context) && row.changedFiles === null && hasDiff(api);
  }

  /** Whether lines can be counted; asked before a request is spent. */
  #hasClone(): boolean {
    if (hasNoClone(this.#context)) {
      this.#partial = true;
      return false;
    }
    // Where the listing told that git has nothing new, nothing was prepared.
    if (existsSync(this.#context.refsFile)) return true;
    throw new NotPrepared('merge requests have changed, and this worker has not prepared the repository to count their lines');
  }
}

function isStoredAs({ state, updated_at }: ApiMergeRequest, row: PullRequestRecord | undefined): row is PullRequestRecord {
  return isSameStatus(row, { state: stateOf(state), updatedAt: new Date(updated_at) });
}

/** What was counted before of one that hasn't changed: there may be no clone to count in now, and GitLab may have removed the commits. */
function countedOf(api: ApiMergeRequest, row: PullRequestRecord | undefined): PullRequestRecord | null {
  return hasDiff(api) && isStoredAs(api, row) ? row : null;
}

/** Without a head there's nothing to differ. */
function hasDiff({ sha }: ApiMergeRequest): boolean {
  return typeof sha === 'string';
}
