import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  ApplicationFailure,
  CancellationScope,
  type ChildWorkflowHandle,
  condition,
  continueAsNew,
  isCancellation,
  ParentClosePolicy,
  patched,
  setCurrentDetails,
  setHandler,
  startChild,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { Wait } from '../src/model/activities.ts';
import { bytesOf, clipFailure, fitting, MAX_REPORT_BYTES, MAX_STATE_BYTES } from '../src/model/bounds.ts';
import { parseOrgSyncInput, REPOSITORY_OPTIONS, type RepoSyncInput } from '../src/model/input.ts';
import { addRows, type FailedRepository, MAX_FAILURES_LISTED, type OrgSyncProgress, type OrgSyncResult, type RowCounts } from '../src/model/progress.ts';
import { type ListedRepository, labelOf } from '../src/model/repository.ts';
import { repoSyncWorkflowId } from '../src/model/workflow-ids.ts';
import { Children } from './children.ts';
import { inputOf, RENEWED_REPOSITORIES } from './continue-as-new.ts';
import { organisationDetails } from './details.ts';
import { isBadToken, reasonOf, rowsOfIncomplete, unwrapped } from './failures.ts';
import {
  attributeValue,
  ownerAttribute,
  parseRepositoryProgress,
  progressQuery,
  providerAttribute,
  repositoryAttribute,
  repositoryProgressSignal,
} from './messages.ts';
import { PauseSwitch } from './pause-switch.ts';
import { activities, summary } from './proxies.ts';
import type { repoSync } from './repo-sync.ts';
import { pastLimits } from './waits.ts';

const DEFAULT_CONCURRENCY = 4;

/** Patch since which long listings continue as new between two pages: runs that began before it go on as they were. */
const RENEWED_LISTING = 'listings continue as new';

/** Times that a run starts over because the database is another one, before somebody has to look into it. */
const MOST_RESTARTS = 3;

/** What one run hands to the next when its history has grown long. */
interface Carried {
  /** Listed, not yet started. */
  waiting: ListedRepository[];
  /** Where the next page begins; null when all pages are listed. */
  after: string | undefined | null;
  counts: { listed: number; done: number; failed: number };
  rows: RowCounts;
  failures: FailedRepository[];
  paused: boolean;
  /** Database that the first page was listed for. */
  databaseId: string | undefined;
  restarts: number;
}

/**
 * Syncs an owner's repositories: lists them page by page and keeps a bounded number of `repoSync` children at work.
 * One that fails is noted with its reason; the others go on.
 * @param raw An `OrgSyncInput`.
 * @param carried Set by the workflow itself when it continues as new.
 * @throws ApplicationFailure of type InvalidInput; what stops the listing.
 */
export async function orgSync(raw: unknown, carried?: Carried): Promise<OrgSyncResult> {
  const state = carried ?? nothingDone(false, 0);
  const pause = new PauseSwitch(state.paused);
  /** What the listing waits for. */
  let wait: Wait | undefined;
  /** Why going on is of no use. */
  let refused: unknown;
  /** Size of the failures, which aren't measured anew for each one. */
  let failureBytes = bytesOf(state.failures);
  const children = new Children(pause);
  pause.listen(() => {
    children.tellAll();
    show();
  });
  setHandler(progressQuery, progress);
  setHandler(repositoryProgressSignal, (argument) => {
    const told = parseRepositoryProgress(argument);
    if (told === undefined) return;
    children.show(told);
    show();
  });
  const input = inputOf(parseOrgSyncInput, raw, carried);
  upsertSearchAttributes([
    { key: providerAttribute, value: input.provider },
    { key: ownerAttribute, value: attributeValue(ownerOf()) },
  ]);

  try {
    while (await refill()) {
      const [next] = state.waiting;
      if (next === undefined) break;
      await condition(() => refused !== undefined || (!pause.paused && children.count < (input.concurrency ?? DEFAULT_CONCURRENCY)));
      if (refused !== undefined) throw refused;
      // Too much waits after a page of long descriptions, until some of it was started.
      if (workflowInfo().continueAsNewSuggested && bytesOf(state) <= MAX_STATE_BYTES) {
        await condition(() => children.count === 0);
        await continueAsNew<typeof orgSync>(raw, { ...state, paused: pause.paused });
      }
      state.waiting.shift();
      await start(next);
    }
    await condition(() => children.count === 0);
    if (refused !== undefined) throw refused;
    await startOverElsewhere();
  } catch (error) {
    // The children are cancelled with this workflow: it ends after they have kept their cursors.
    if (isCancellation(error)) {
      await CancellationScope.nonCancellable(() => {
        if (patched(RENEWED_REPOSITORIES)) children.cancelAll();
        return condition(() => children.count === 0);
      });
    }
    throw unwrapped(error);
  }
  show();
  return { repositories: state.counts, rows: state.rows, failures: state.failures };

  /** Lists the next page when nothing waits; false when there is none. */
  async function refill(): Promise<boolean> {
    while (state.waiting.length === 0) {
      const left = (input.maxRepos ?? Number.POSITIVE_INFINITY) - state.counts.listed;
      if (state.after === null || left <= 0) return false;
      // Pages without anything new start no child, where it's looked for as well.
      if (workflowInfo().continueAsNewSuggested && patched(RENEWED_LISTING)) {
        await condition(() => children.count === 0);
        await continueAsNew<typeof orgSync>(raw, { ...state, paused: pause.paused });
      }
      const { listRepositories } = activities(`list ${ownerOf()}${state.after === undefined ? '' : `, after the first ${state.counts.listed}`}`);
      const page = await pastLimits(
        'listing',
        () =>
          listRepositories({
            input,
            ...(typeof state.after === 'string' ? { after: state.after } : {}),
            ...(input.maxRepos === undefined ? {} : { limit: left }),
          }),
        (asked) => {
          wait = asked;
          show();
        },
      );
      state.databaseId ??= page.databaseId;
      state.after = page.next ?? null;
      state.waiting = page.repositories;
      state.counts.listed += state.waiting.length + page.refused.length + page.unchanged;
      state.counts.done += page.unchanged;
      for (const { name, reason } of page.refused) fail(name, reason);
      show();
    }
    return true;
  }

  /** What was done before the database was replaced isn't in the one that is there now. */
  async function startOverElsewhere(): Promise<void> {
    const now = await activities('look which database it is').currentDatabase();
    if (state.databaseId === undefined || now === state.databaseId) return;
    if (state.restarts === MOST_RESTARTS) {
      throw ApplicationFailure.create({
        message: `the database was another one at the end than at the begin, ${MOST_RESTARTS + 1} times; let all workers of task queue ${workflowInfo().taskQueue} have the same database`,
        type: 'DatabaseReplaced',
        nonRetryable: true,
      });
    }
    await continueAsNew<typeof orgSync>(raw, nothingDone(pause.paused, state.restarts + 1));
  }

  async function start(repository: ListedRepository): Promise<void> {
    const workflowId = repoSyncWorkflowId(repository);
    const childInput: RepoSyncInput = {
      ...Object.fromEntries(REPOSITORY_OPTIONS.filter((name) => input[name] !== undefined).map((name) => [name, input[name]])),
      repository,
      owner: ownerOf(),
    };
    try {
      const child = await startChild<typeof repoSync>('repoSync', {
        workflowId,
        args: [childInput],
        parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
        staticSummary: summary(`${input.provider}: ${labelOf(repository)}`),
        typedSearchAttributes: [
          { key: providerAttribute, value: input.provider },
          { key: ownerAttribute, value: attributeValue(ownerOf()) },
          { key: repositoryAttribute, value: attributeValue(repository.name) },
        ],
      });
      children.add(child, labelOf(repository));
      show();
      // Not awaited: the window goes on. Its failure is counted, and its cancellation is this workflow's own.
      follow(child, repository).catch(() => undefined);
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      fail(labelOf(repository), `is already being synced by another run (workflow ${workflowId})`);
    }
  }

  async function follow(child: ChildWorkflowHandle<typeof repoSync>, repository: ListedRepository): Promise<void> {
    try {
      const result = await child.result();
      addRows(state.rows, result.rows);
      state.counts.done += 1;
    } catch (error) {
      if (isBadToken(error)) refused ??= error;
      addRows(state.rows, rowsOfIncomplete(error) ?? {});
      fail(labelOf(repository), reasonOf(error));
    } finally {
      children.remove(child);
      show();
    }
  }

  function fail(repository: string, reason: string): void {
    state.counts.failed += 1;
    const { name, reason: clipped } = clipFailure({ name: repository, reason });
    const failure: FailedRepository = { repository: name, reason: clipped };
    const bytes = failureBytes + bytesOf(failure) + 1;
    if (state.failures.length >= MAX_FAILURES_LISTED || bytes > MAX_REPORT_BYTES) return;
    state.failures.push(failure);
    failureBytes = bytes;
  }

  function progress(): OrgSyncProgress {
    const running = children.shown;
    const rows = { ...state.rows };
    for (const repository of running) addRows(rows, repository.rows);
    return {
      repositories: { ...state.counts, running: running.length },
      running: fitting(running, MAX_REPORT_BYTES),
      rows,
      ...(pause.paused ? { pause: { reason: "signal 'pause'; goes on at signal 'resume'" } } : wait === undefined ? {} : { pause: wait }),
    };
  }

  function show(): void {
    setCurrentDetails(organisationDetails(progress(), state.failures));
  }

  /** The owner, or for local syncs what stands for it in this workflow's id. */
  function ownerOf(): string {
    const { workflowId } = workflowInfo();
    return input.owner ?? workflowId.replace(/^org-sync\/local\//, '').replace(SCHEDULED_AT, '');
  }
}

/** What a schedule adds to the workflow id it was given: '-2026-01-31T12:00:00Z'. */
const SCHEDULED_AT = /-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

function nothingDone(paused: boolean, restarts: number): Carried {
  return { waiting: [], after: undefined, counts: { listed: 0, done: 0, failed: 0 }, rows: {}, failures: [], paused, databaseId: undefined, restarts };
}
