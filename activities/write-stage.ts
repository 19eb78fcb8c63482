import { activityInfo, Context, heartbeat } from '@temporalio/activity';
import type { Cursor } from '../src/model/activities.ts';
import { addRows, type RowCounts } from '../src/model/progress.ts';
import type { Batch, StageContext } from '../src/providers/stage.ts';
import type { Lease } from '../src/stores/leases.ts';
import type { Change } from '../src/stores/store.ts';
import { assertPinCurrent } from './lease.ts';
import { fingerprintStage } from './stage-fingerprint.ts';
import { assertPrepared, type StageWork } from './stage-work.ts';
import { needsGitFolder, stagesOf } from './stages/source-stage.ts';

/**
 * Reads a stage and writes its batches under the lease; saves what the next run starts from.
 * @returns The stage's own part of that.
 */
export async function writeStage(work: StageWork, lease: Lease): Promise<Cursor> {
  await using held = await work.source.hold(work.paths);
  try {
    // It may have been removed before it was held.
    assertPrepared(work);
    const batches = work.stage.read(await openContext(work, lease));
    for (;;) {
      const { value, done } = await batches.next();
      await held.check();
      if (done === true) {
        await saveState(work, lease, value);
        return value;
      }
      await writeBatch(work, lease, value);
      const { cancellationSignal } = Context.current();
      if (cancellationSignal.aborted) {
        await batches.return({});
        cancellationSignal.throwIfAborted();
      }
    }
  } catch (error) {
    throw await held.diagnose(error);
  }
}

async function openContext({ deps, source, stage, input, paths, progress }: StageWork, lease: Lease): Promise<StageContext> {
  const { store, program, processes } = deps;
  const { repository, options, pin } = input;
  const stored = await store.syncState(repository.id, stage.name);
  assertPinCurrent(pin, stored, lease);
  const state = stage.parseState(stored);
  // Saved by another source or by a later version: it doesn't describe the rows once this run has written some.
  if (stored !== null && state === null) await store.saveSyncState(lease, { ...stored, cursor: {} });
  const saved = state && { cursor: state.own, headHash: state.headHash, watermark: state.watermark };
  return {
    repository,
    options,
    pin,
    refsFile: paths.refsFile,
    processes,
    git: { program, gitDir: paths.gitDir, signal: Context.current().cancellationSignal },
    hasGitFolder: needsGitFolder(stagesOf(source, options)),
    stored: store,
    previous: options.full === true || lease.doubt !== undefined ? null : saved,
    saved,
    amendSaved: async (cursor) => {
      if (state !== null) await store.saveSyncState(lease, { ...state, cursor: { ...state.cursor, ...cursor } });
    },
    cursor: stage.parsePosition(progress.version, progress.cursor),
  };
}

async function writeBatch({ deps, stage, progress }: StageWork, lease: Lease, { changes, cursor, done, total }: Batch): Promise<void> {
  if (changes.length > 0) {
    await deps.store.write(changes, lease);
    progress.writes = (progress.writes ?? 0) + 1;
  }
  addRows(progress.rows, countRows(changes));
  Object.assign(progress, { version: stage.version, cursor, attempt: activityInfo().attempt, done, total });
  heartbeat(progress);
}

async function saveState({ deps, stage, input, progress }: StageWork, lease: Lease, own: Cursor): Promise<void> {
  const { repository, options, pin } = input;
  await deps.store.saveSyncState(lease, {
    cursor: { version: stage.version, ...fingerprintStage(stage, repository, options, pin), ...own },
    headHash: pin.head,
    watermark: new Date(progress.begun),
  });
}

/** Counts the rows that were read from the source; deletions aren't counted. */
function countRows(changes: readonly Change[]): RowCounts {
  const counts: RowCounts = {};
  for (const change of changes) {
    const rows = 'upsert' in change ? change.upsert : 'rows' in change ? change.rows : [];
    addRows(counts, { [change.table]: rows.length });
  }
  return counts;
}
