import { setCurrentDetails } from '@temporalio/workflow';
import type { Wait } from '../src/model/activities.ts';
import { fitting, MAX_REPORT_BYTES } from '../src/model/bounds.ts';
import { addRows, type OrgSyncProgress } from '../src/model/progress.ts';
import { formatOwnerDetails } from './details.ts';
import type { OrgSyncState } from './org-sync-state.ts';
import type { PauseSwitch } from './pause-switch.ts';
import type { RunningChildren } from './running-children.ts';

/** Reports the progress of an `orgSync`: to the `progress` query and to the Web UI. */
export class OrgSyncStatus {
  readonly #state: OrgSyncState;
  readonly #pause: PauseSwitch;
  readonly #children: RunningChildren;
  #listingWait: Wait | undefined;

  constructor(state: OrgSyncState, pause: PauseSwitch, children: RunningChildren) {
    this.#state = state;
    this.#pause = pause;
    this.#children = children;
  }

  /** Answers the `progress` query. */
  getProgress(): OrgSyncProgress {
    const running = this.#children.progress;
    const rows = { ...this.#state.rows };
    for (const repository of running) addRows(rows, repository.rows);
    return {
      repositories: { ...this.#state.counts, running: running.length },
      running: fitting(running, MAX_REPORT_BYTES),
      rows,
      ...this.#getPause(),
    };
  }

  /** Updates what the Web UI shows. */
  show(): void {
    setCurrentDetails(formatOwnerDetails(this.getProgress(), this.#state.failures));
  }

  /** Shows that the listing waits for a rate limit, or with undefined that it no longer does. */
  showListingWait(wait: Wait | undefined): void {
    this.#listingWait = wait;
    this.show();
  }

  #getPause(): Pick<OrgSyncProgress, 'pause'> {
    if (this.#pause.paused) return { pause: { reason: "signal 'pause'; resumes on signal 'resume'" } };
    return this.#listingWait === undefined ? {} : { pause: this.#listingWait };
  }
}
