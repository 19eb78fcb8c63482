import { existsSync } from 'node:fs';
import { NotPrepared } from '../../../model/errors.ts';
import type { PullRequestRecord } from '../../../model/records.ts';
import { isAlone } from '../../../model/stages.ts';
import type { PullRequestFacts } from '../../hosted/pull-requests/facts.ts';
import { isSame } from '../../hosted/pull-requests/standing.ts';
import { PARTIAL } from '../../source.ts';
import type { StageContext } from '../../stage.ts';
import { type DiffSides, type DiffTotals, diffTotalsOf } from './diffs.ts';
import { factsOfMergeRequest, stateOf, type ToldMergeRequest } from './rows.ts';
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

/** Joins merge requests with their approvals, and with what they change. */
export class FactsReader {
  readonly #context: StageContext;
  readonly #service: MergeRequestService;
  readonly #bring: BringCommits;
  #partial = false;

  constructor(context: StageContext, service: MergeRequestService, bring: BringCommits) {
    this.#context = context;
    this.#service = service;
    this.#bring = bring;
  }

  /** Whether any was read whose lines couldn't be counted for want of a clone. */
  get partial(): boolean {
    return this.#partial;
  }

  /**
   * @param again Whether those that are stored as they are come along too; else they cost nothing, as where readings overlap.
   * @throws NotPrepared where there is anything to count, and the clone isn't here.
   */
  async read(group: readonly ToldMergeRequest[], again: boolean): Promise<PullRequestFacts[]> {
    const { repository, stored } = this.#context;
    const numbers = group.map(({ iid }) => iid);
    const rows = new Map((await stored.pullRequests(repository.id, numbers)).map((row) => [row.number, row]));
    const changed = again ? group : group.filter((told) => this.#isNew(told, rows.get(told.iid)));
    const totals = await this.#totalsOf(changed);
    const facts: PullRequestFacts[] = [];
    for (const told of changed) {
      const details = await this.#service.details(told);
      if (details !== null) facts.push(factsOfMergeRequest(repository.id, { ...told, ...details }, totals.get(told.iid) ?? null));
    }
    return facts;
  }

  #isNew(told: ToldMergeRequest, row: PullRequestRecord | undefined): boolean {
    const { state, updated_at } = told;
    if (!isSame(row, { state: stateOf(state), updatedAt: new Date(updated_at) })) return true;
    return fillsIn(this.#context) && row?.changedFiles === null && hasDiff(told);
  }

  async #totalsOf(changed: readonly ToldMergeRequest[]): Promise<Map<number, DiffTotals>> {
    const { git, refsFile } = this.#context;
    const differing = changed.filter(hasDiff);
    if (differing.length === 0) return new Map();
    if (hasNoClone(this.#context)) {
      this.#partial = true;
      return new Map();
    }
    // Asked before each request is spent: where the listing told that git has nothing new, nothing was prepared.
    if (!existsSync(refsFile)) throw new NotPrepared('merge requests have changed, and this worker has not prepared the repository to count their lines');
    const sides: DiffSides[] = [];
    for (const told of differing) {
      const found = await this.#service.sides(told);
      if (found !== null) sides.push(found);
    }
    return diffTotalsOf(git, sides, (hashes) => this.#bring(this.#context, hashes));
  }
}

/** Without a head there's nothing to differ. */
function hasDiff({ sha }: ToldMergeRequest): boolean {
  return typeof sha === 'string';
}
