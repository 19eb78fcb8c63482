import type { PrepareResult, Wait } from '../src/model/activities.ts';
import type { Stage } from '../src/model/stages.ts';
import { executeStage } from './execute-stage.ts';
import type { RepoSyncContext } from './repo-sync-context.ts';
import { shortenLeaseWait, sleepUntilOver } from './waits.ts';

/**
 * Runs the stages of one repository in order. A stage that waits for a rate limit or a lease doesn't hold back the
 * stages after it.
 */
export class StageRunner {
  readonly #context: RepoSyncContext;
  /** Times that each stage has waited for the lease of another run. */
  readonly #leaseWaits = new Map<Stage, number>();

  constructor(context: RepoSyncContext) {
    this.#context = context;
  }

  /** @returns 'unprepared' when the repository has to be prepared again. */
  async run(prepared: PrepareResult): Promise<'ended' | 'unprepared'> {
    let remaining = prepared.stages;
    while (remaining.length > 0) {
      const waiting: [Stage, Wait][] = [];
      for (const stage of remaining) {
        const outcome = await executeStage(this.#context, stage, prepared);
        if (outcome === 'unprepared') return 'unprepared';
        if (outcome !== 'ended') waiting.push([stage, this.#shorten(stage, outcome)]);
      }
      await this.#waitForFirst(waiting);
      remaining = waiting.map(([stage]) => stage);
    }
    return 'ended';
  }

  /** Waits for a lease if there is one, because those are short. */
  async #waitForFirst(waiting: readonly [Stage, Wait][]): Promise<void> {
    const [stage, wait] = waiting.find(([, { holder }]) => holder !== undefined) ?? waiting[0] ?? [];
    if (stage === undefined || wait === undefined) return;
    const { status } = this.#context;
    status.showWait(stage, wait);
    await sleepUntilOver(wait, stage);
    status.showWait(stage, undefined);
  }

  #shorten(stage: Stage, wait: Wait): Wait {
    if (wait.holder === undefined) return wait;
    const previousWaits = this.#leaseWaits.get(stage) ?? 0;
    this.#leaseWaits.set(stage, previousWaits + 1);
    return shortenLeaseWait(wait, previousWaits);
  }
}
