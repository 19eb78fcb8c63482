import type { Earlier, Pin, PrepareResult, StageCursor } from '../src/model/activities.ts';
import { addRows, type RowCounts } from '../src/model/progress.ts';
import type { Stage } from '../src/model/stages.ts';
import type { FactTable } from '../src/schema/tables.ts';
import { readCursor } from './failures.ts';
import type { RepoSyncState } from './repo-sync-state.ts';

/** Records what the stages of a repository have done, over all attempts to prepare it. */
export class StageLedger {
  readonly rows: RowCounts;
  readonly #ended: Set<Stage>;
  /** Cursors of the stages that were stopped. */
  readonly #cursors: Map<Stage, StageCursor>;
  /** What ended stages skipped. */
  readonly #skipped: Map<Stage, string>;
  #pin: Pin | undefined;

  constructor(state?: RepoSyncState) {
    this.rows = state?.rows ?? {};
    this.#ended = new Set(state?.ended);
    this.#cursors = new Map(state?.left.map((cursor) => [cursor.stage, cursor]));
    this.#skipped = new Map(state?.incomplete);
    this.#pin = state?.pin;
  }

  /** What was done before the repository is prepared again; undefined if it hasn't been prepared yet. */
  get earlier(): Earlier | undefined {
    return this.#pin && { pin: this.#pin, ended: [...this.#ended], begun: [...this.#cursors.keys()] };
  }

  /** What ended stages skipped, in words; undefined if they skipped nothing. */
  get skipped(): string | undefined {
    return this.#skipped.size === 0 ? undefined : [...this.#skipped.values()].join('; ');
  }

  getCursor(stage: Stage): StageCursor | undefined {
    return this.#cursors.get(stage);
  }

  /** Keeps the cursor that a stopped stage left, if any. */
  keepCursor(stage: Stage, failure: unknown): void {
    const cursor = readCursor(failure);
    if (cursor !== undefined) this.#cursors.set(stage, cursor);
  }

  /** Discards all cursors. A cursor is only valid for the rows of one repository. */
  discardCursors(): void {
    this.#cursors.clear();
  }

  end(stage: Stage, rows: RowCounts, skipped?: string): void {
    addRows(this.rows, rows);
    if (skipped === undefined) this.#skipped.delete(stage);
    else this.#skipped.set(stage, skipped);
    this.#ended.add(stage);
    this.#cursors.delete(stage);
  }

  /** Stores the pin of the repository that was prepared, and drops what no longer holds. */
  adoptPin({ pin, stages }: PrepareResult): void {
    const previous = this.#pin;
    this.#pin = pin;
    if (previous === undefined) return;
    const isSameDatabase = pin.databaseId === previous.databaseId;
    if (isSameDatabase) this.#endFinishedStages(stages);
    else this.#clearRows();
    if (!isSameDatabase || pin.digest !== previous.digest) this.#ended.clear();
  }

  /** The part of the state that the next run needs. */
  toState(): Pick<RepoSyncState, 'pin' | 'ended' | 'left' | 'rows' | 'incomplete'> {
    return { pin: this.#pin, ended: [...this.#ended], left: [...this.#cursors.values()], rows: this.rows, incomplete: [...this.#skipped] };
  }

  /** Ends the stages that had ended without the workflow noticing, because their worker was gone before it could report. */
  #endFinishedStages(remaining: readonly Stage[]): void {
    for (const [stage, { rows }] of this.#cursors) {
      if (!remaining.includes(stage)) this.end(stage, rows);
    }
  }

  /** The rows were written to another database; the present one gets all of them again. */
  #clearRows(): void {
    for (const table of Object.keys(this.rows) as FactTable[]) delete this.rows[table];
  }
}
