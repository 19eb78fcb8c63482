import {
  ApplicationFailure,
  CancellationScope,
  continueAsNew,
  patched,
  setCurrentDetails,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { type Earlier, INCOMPLETE, type Pin, type PrepareResult, type StageCursor, type Wait } from '../src/model/activities.ts';
import { parseRepoSyncInput, REPOSITORY_OPTIONS, type RepoSyncInput, type RepositoryOptions } from '../src/model/input.ts';
import { addRows, type RepoSyncResult, type RowCounts, type RunningRepository } from '../src/model/progress.ts';
import { labelOf } from '../src/model/repository.ts';
import type { Stage } from '../src/model/stages.ts';
import type { FactTable } from '../src/schema/tables.ts';
import { inputOf, RENEWED_REPOSITORIES } from './continue-as-new.ts';
import { repositoryDetails } from './details.ts';
import { cursorLeftBy, isDamaged, isNotPrepared, needsPreparing, unwrapped, waitAskedBy } from './failures.ts';
import { attributeValue, ownerAttribute, providerAttribute, repositoryAttribute } from './messages.ts';
import { Above } from './parent-notifier.ts';
import { PauseSwitch } from './pause-switch.ts';
import { activities, stageActivities } from './proxies.ts';
import { leaseWait, pastLimits, sleepOut } from './waits.ts';

/** Stages that take less are not worth an event in the history of the workflow above. */
const WORTH_SHOWING = '2s';

/** Times that workers may refuse stages as not prepared: preparing again mends it, unless there is something wrong with the workers. */
const MOST_REFUSALS = 10;

/** What one run hands to the next when its history has grown long, as by waiting for limits time and again. */
interface Carried {
  pin: Pin | undefined;
  ended: Stage[];
  left: StageCursor[];
  rows: RowCounts;
  refusals: number;
  damages: number;
  paused: boolean;
  /** How often the workflow above was told. */
  told: number;
  /** What stages that have ended say they skipped; absent in what earlier versions handed on. */
  incomplete?: [Stage, string][];
}

/**
 * Syncs one repository: prepares it, then runs the stages that have something to do, in order. Each goes on from its
 * cursor when its worker dies, when it's paused, and when it has to be prepared again elsewhere. A stage that another run
 * is writing is waited for.
 * @param raw A `RepoSyncInput`.
 * @param carried Set by the workflow itself when it continues as new.
 * @throws ApplicationFailure of type InvalidInput, {@link INCOMPLETE} where stages skipped items, or with what went wrong
 *   in a stage.
 */
export async function repoSync(raw: unknown, carried?: Carried): Promise<RepoSyncResult> {
  const pause = new PauseSwitch(carried?.paused);
  pause.listen();
  const input = inputOf(parseRepoSyncInput, raw, carried);
  noteAttributes(input);
  let { repository } = input;
  const options = optionsOf(input);
  const above = new Above(carried?.told);
  const rows: RowCounts = carried?.rows ?? {};
  const ended = new Set<Stage>(carried?.ended);
  /** Where stages were stopped in the middle. */
  const left = new Map<Stage, StageCursor>(carried?.left.map((cursor) => [cursor.stage, cursor]));
  /** What stages that have ended say they skipped. */
  const incomplete = new Map<Stage, string>(carried?.incomplete);
  /** How often stages have waited for another run. */
  const leaseWaits = new Map<Stage, number>();
  let pin = carried?.pin;
  let refusals = carried?.refusals ?? 0;
  let damages = carried?.damages ?? 0;
  try {
    let complete = false;
    while (!complete) complete = await runStages(await prepare());
  } catch (error) {
    throw unwrapped(error);
  }
  show('done');
  if (incomplete.size > 0) {
    const message = [...incomplete.values()].join('; ');
    throw ApplicationFailure.create({ message, type: INCOMPLETE, nonRetryable: true, details: [rows] });
  }
  return { repository: labelOf(repository), rows };

  async function opened(): Promise<void> {
    if (pause.paused) show('paused');
    await pause.opened();
  }

  function show(state: Parameters<typeof repositoryDetails>[1], wait?: Wait): void {
    setCurrentDetails(repositoryDetails(labelOf(repository), state, rows, wait));
  }

  async function prepare(): Promise<PrepareResult> {
    await opened();
    show('prepare');
    const earlier: Earlier | undefined = pin && { pin, ended: [...ended], begun: [...left.keys()] };
    const { prepareRepository } = activities(`prepare ${labelOf(repository)}`);
    const prepared = await pastLimits(
      'prepare',
      () => prepareRepository({ repository, options, ...(earlier === undefined ? {} : { earlier }) }),
      (wait) => showWait('prepare', wait),
    );
    if (prepared.repository !== undefined) {
      // A cursor is a place in the rows of one repository.
      if (prepared.repository.id !== repository.id) left.clear();
      repository = prepared.repository;
    }
    if (pin !== undefined) takeOver(pin, prepared);
    pin = prepared.pin;
    return prepared;
  }

  /** Keeps what still holds of what was done before the repository was prepared again. */
  function takeOver(before: Pin, { pin: now, stages }: PrepareResult): void {
    if (now.databaseId !== before.databaseId) {
      // What was written is elsewhere, and this database gets everything.
      for (const table of Object.keys(rows) as FactTable[]) delete rows[table];
    } else {
      for (const [stage, { rows: written }] of left) {
        // It had ended; its worker was gone before it could say so.
        if (!stages.includes(stage)) end(stage, written);
      }
    }
    if (now.databaseId !== before.databaseId || now.digest !== before.digest) ended.clear();
  }

  /**
   * Runs what is left; false when the repository has to be prepared again. A stage that has to wait for a service's
   * limit lets those after it pass.
   */
  async function runStages(prepared: PrepareResult): Promise<boolean> {
    let open = prepared.stages;
    while (open.length > 0) {
      const limited: [Stage, Wait][] = [];
      for (const stage of open) {
        const outcome = await runStage(stage, prepared);
        if (outcome === 'unprepared') return false;
        if (outcome !== 'ended') limited.push([stage, outcome]);
      }
      const first = limited.find(([, { holder }]) => holder !== undefined) ?? limited[0];
      if (first !== undefined) {
        const [stage, wait] = first;
        showWait(stage, wait);
        await sleepOut(wait, stage);
        showWait(stage, undefined);
      }
      open = limited.map(([stage]) => stage);
    }
    return true;
  }

  async function runStage(stage: Stage, prepared: PrepareResult): Promise<'ended' | 'unprepared' | Wait> {
    for (;;) {
      await opened();
      await renewed();
      show(stage);
      const activity = stageActivities(prepared.gitTaskQueue, `${stage} of ${labelOf(repository)}`)[stage];
      const from = left.get(stage);
      try {
        const outcome = await pause.run(() =>
          whileShown(stage, activity({ repository, options, pin: prepared.pin, firstRunId: workflowInfo().firstExecutionRunId, ...(from && { from }) })),
        );
        if ('result' in outcome) {
          end(stage, outcome.result.rows, outcome.result.incomplete);
          return 'ended';
        }
        keep(stage, outcome.stopped);
      } catch (error) {
        const wait = waitAskedBy(error);
        if (wait === undefined && !needsPreparing(error)) throw error;
        if (isNotPrepared(error) && ++refusals > MOST_REFUSALS) throw error;
        // A clone made anew is as damaged as its origin.
        if (isDamaged(error) && ++damages > 1) throw error;
        keep(stage, error);
        return wait === undefined ? 'unprepared' : shortened(stage, wait);
      }
    }
  }

  function shortened(stage: Stage, wait: Wait): Wait {
    if (wait.holder === undefined) return wait;
    const times = leaseWaits.get(stage) ?? 0;
    leaseWaits.set(stage, times + 1);
    return leaseWait(wait, times);
  }

  function keep(stage: Stage, stopped: unknown): void {
    const cursor = cursorLeftBy(stopped);
    if (cursor !== undefined) left.set(stage, cursor);
  }

  /** Goes on in a new run, which prepares the repository again, once the history has grown long. */
  async function renewed(): Promise<void> {
    if (!workflowInfo().continueAsNewSuggested || !patched(RENEWED_REPOSITORIES)) return;
    const { paused } = pause;
    const handed = { pin, ended: [...ended], left: [...left.values()], rows, refusals, damages, paused, told: above.told, incomplete: [...incomplete] };
    await continueAsNew<typeof repoSync>(raw, handed);
  }

  function showWait(stage: RunningRepository['stage'], wait: Wait | undefined): void {
    show(stage, wait);
    tellAbove(stage, wait);
  }

  function end(stage: Stage, more: RowCounts, skipped?: string): void {
    addRows(rows, more);
    if (skipped === undefined) incomplete.delete(stage);
    else incomplete.set(stage, skipped);
    ended.add(stage);
    left.delete(stage);
  }

  /** Tells the workflow above of a stage that takes its time. */
  async function whileShown<T>(stage: Stage, work: Promise<T>): Promise<T> {
    if (workflowInfo().parent === undefined) return work;
    const timer = new CancellationScope();
    const shown = timer.run(async () => {
      await sleep(WORTH_SHOWING, { summary: `show ${stage} above if it takes longer` });
      tellAbove(stage);
    });
    // Cancelled where the stage was quicker.
    shown.catch(() => undefined);
    try {
      return await work;
    } finally {
      timer.cancel();
    }
  }

  function tellAbove(stage: RunningRepository['stage'], wait?: Wait): void {
    above.tell({ repository: labelOf(repository), stage, rows, ...(wait && { pause: wait }) });
  }
}

function optionsOf(input: RepoSyncInput): RepositoryOptions {
  return Object.fromEntries(REPOSITORY_OPTIONS.filter((name) => input[name] !== undefined).map((name) => [name, input[name]]));
}

/** Runs that `orgSync` started have them already. */
function noteAttributes({ repository, owner }: RepoSyncInput): void {
  if (workflowInfo().parent !== undefined) return;
  upsertSearchAttributes([
    { key: providerAttribute, value: repository.provider },
    { key: ownerAttribute, value: attributeValue(owner) },
    { key: repositoryAttribute, value: attributeValue(repository.name) },
  ]);
}
