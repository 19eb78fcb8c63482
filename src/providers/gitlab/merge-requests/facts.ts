import { existsSync } from 'node:fs';
import { NotPrepared } from '../../../model/errors.ts';
import { isAlone } from '../../../model/stages.ts';
import type { PullRequestRecord } from '../../../schema/git-pull-requests.ts';
import type { PullRequestFacts } from '../../hosted/pull-requests/facts.ts';
import type { ItemFailures } from '../../hosted/pull-requests/item-failures.ts';
import { isSame } from '../../hosted/pull-requests/status.ts';
import { PARTIAL } from '../../source.ts';
import type { StageContext } from '../../stage.ts';
import { readStoredPullRequests } from '../../stored-pull-requests.ts';
import { type DiffSides, diffTotalsOf } from './diffs.ts';
import { factsOfMergeRequest, stateOf, type ToldDetails, type ToldMergeRequest } from './rows.ts';
import type { MergeRequestService } from './service.ts';

/** Brings commits into the clone that a stage reads, as far as the host has them. */
export type BringCommits = (context: StageContext, hashes: readonly string[]) => Promise<void>;

/** Whether a run reads nothing but merge requests, and so makes no clone to count lines in. */
export function hasNoClone({ options }: StageContext): boolean {
  return isAlone('pull-requests', options.stages);
}

/** Whether runs without a clone have left counts to this one, which has one. */
export function fillsIn(context: StageContext): boolean {
  return context.previous?.cursor[PARTIAL] === true && !hasNoClone(context);
}

/** Merge requests that have been read or set aside, and what there is to write of them. */
interface ReadPart {
  told: readonly ToldMergeRequest[];
  facts: PullRequestFacts[];
}

/** A part, and why it is the last one. */
interface CutPart extends ReadPart {
  error?: unknown;
}

/** Joins merge requests with their approvals, and with what they change. */
export class FactsReader {
  readonly #context: StageContext;
  readonly #service: MergeRequestService;
  readonly #bring: BringCommits;
  readonly #failures: ItemFailures;
  #partial = false;

  constructor(context: StageContext, service: MergeRequestService, bring: BringCommits, failures: ItemFailures) {
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
   * @throws NotPrepared where there is anything to count, and the clone isn't here; what calls of the API throw.
   */
  async *read(group: readonly ToldMergeRequest[], again: boolean): AsyncGenerator<ReadPart> {
    const { error, ...part } = await this.#part(group, again);
    if (part.told.length > 0) yield part;
    if (error !== undefined) throw error;
  }

  async #part(group: readonly ToldMergeRequest[], again: boolean): Promise<CutPart> {
    const { git, repository, stored } = this.#context;
    const numbers = group.map(({ iid }) => iid);
    const rows = new Map((await readStoredPullRequests(stored, repository.id, numbers)).map((row) => [row.number, row]));
    const changed = again ? group : group.filter((told) => this.#isNew(told, rows.get(told.iid)));
    const counts = changed.some(hasDiff) && this.#hasClone();
    const read: { told: ToldMergeRequest; details: ToldDetails | null; sides: DiffSides | null }[] = [];
    let end = group.length;
    let failed: { error?: unknown } = {};
    for (const told of changed) {
      try {
        const answers = await this.#failures.attempt(told.iid, async () => ({
          sides: counts && hasDiff(told) ? await this.#service.sides(told) : null,
          details: await this.#service.details(told),
        }));
        if (answers !== undefined) read.push({ told, ...answers });
      } catch (error) {
        end = group.indexOf(told);
        failed = { error };
        break;
      }
    }
    const sides = read.flatMap((each) => each.sides ?? []);
    const totals = await diffTotalsOf(git, sides, (hashes) => this.#bring(this.#context, hashes));
    for (const { told } of read) this.#failures.settle(told.iid);
    const facts = read.flatMap(({ told, details }) =>
      details === null ? [] : [factsOfMergeRequest(repository.id, { ...told, ...details }, totals.get(told.iid) ?? countedOf(told, rows.get(told.iid)))],
    );
    return { told: group.slice(0, end), facts, ...failed };
  }

  #isNew(told: ToldMergeRequest, row: PullRequestRecord | undefined): boolean {
    if (!isStoredAs(told, row)) return true;
    return fillsIn(this.#context) && row.changedFiles === null && hasDiff(told);
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

function isStoredAs({ state, updated_at }: ToldMergeRequest, row: PullRequestRecord | undefined): row is PullRequestRecord {
  return isSame(row, { state: stateOf(state), updatedAt: new Date(updated_at) });
}

/** What was counted before of one that hasn't changed: there may be no clone to count in now, and GitLab may have removed the commits. */
function countedOf(told: ToldMergeRequest, row: PullRequestRecord | undefined): PullRequestRecord | null {
  return hasDiff(told) && isStoredAs(told, row) ? row : null;
}

/** Without a head there's nothing to differ. */
function hasDiff({ sha }: ToldMergeRequest): boolean {
  return typeof sha === 'string';
}
