import { bytesOf, clipFailure, MAX_REPORT_BYTES } from '../src/model/bounds.ts';
import { type FailedRepository, MAX_FAILURES_LISTED } from '../src/model/progress.ts';
import type { OrgSyncState } from './org-sync-state.ts';

/** Records failed repositories in the state of an `orgSync`. All are counted; those that fit into a payload are listed. */
export class FailureList {
  readonly #state: OrgSyncState;
  /** Size of the list. Measuring the whole list for each failure would be slow. */
  #bytes: number;

  constructor(state: OrgSyncState) {
    this.#state = state;
    this.#bytes = bytesOf(state.failures);
  }

  add(repository: string, reason: string): void {
    const { counts, failures } = this.#state;
    counts.failed += 1;
    const clipped = clipFailure({ name: repository, reason });
    const failure: FailedRepository = { repository: clipped.name, reason: clipped.reason };
    const bytes = this.#bytes + bytesOf(failure) + 1;
    if (failures.length >= MAX_FAILURES_LISTED || bytes > MAX_REPORT_BYTES) return;
    failures.push(failure);
    this.#bytes = bytes;
  }
}
