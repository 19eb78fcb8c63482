import type { RepositoryOptions } from '../../src/model/input.ts';
import { orderedStages, type Stage } from '../../src/model/stages.ts';
import { type CursorSchema, parsePosition, parseSavedCursor } from '../../src/providers/cursor-schema.ts';
import type { Source } from '../../src/providers/source.ts';
import type { Batch, Cursor, FactsFrom, StageContext } from '../../src/providers/stage.ts';
import type { StoredSyncState } from '../../src/schema/sync-state.ts';
import { parseFingerprint, type StageFingerprint } from '../stage-fingerprint.ts';
import { STAGE_MODULES } from './index.ts';
import type { StageModule } from './stage-module.ts';

/** A saved state of a stage, parsed. */
export interface StageState extends StoredSyncState {
  /** What the stage was made from. */
  fingerprint: StageFingerprint;
  /** The stage's own part of the cursor. */
  own: Cursor;
}

/** A stage as it reads the repositories of one source. */
export interface SourceStage extends Pick<StageModule, 'name' | 'probe'> {
  reads: FactsFrom;
  usesGitFolder: boolean;
  /** Version of the cursors that it writes. */
  version: number;
  /** @returns undefined where there is no position, or none that can be resumed from. */
  parsePosition(version: number | undefined, position: Cursor): Cursor | undefined;
  /** @returns null where there is no state, or none that the stage can continue from: then it reads everything. */
  parseState<State extends StoredSyncState>(state: State | null | undefined): (State & StageState) | null;
  hasUnfinishedWork(own: Cursor, hasGitFolder: boolean): boolean;
  describeSkipped(own: Cursor): string | undefined;
  read(context: StageContext): AsyncGenerator<Batch, Cursor>;
}

/** Returns a stage as it reads the repositories of a source. */
export function stageOf(name: Stage, source: Source): SourceStage {
  const stage: StageModule = STAGE_MODULES[name];
  const schema: CursorSchema = typeof stage.cursor === 'function' ? stage.cursor(source) : stage.cursor;
  return {
    name,
    probe: stage.probe,
    reads: typeof stage.reads === 'function' ? stage.reads(source) : stage.reads,
    usesGitFolder: stage.usesGitFolder?.(source) ?? false,
    version: schema.version,
    parsePosition: (version, position) => (Object.keys(position).length === 0 ? undefined : parsePosition(schema, version, position)),
    parseState: (state) => {
      const fingerprint = parseFingerprint(state?.cursor);
      const own = parseSavedCursor(schema, state?.cursor);
      return state == null || fingerprint === undefined || own === undefined ? null : { ...state, fingerprint, own };
    },
    hasUnfinishedWork: (own, hasGitFolder) => stage.hasUnfinishedWork(own, hasGitFolder),
    describeSkipped: (own) => stage.describeSkipped?.(own),
    read: async function* read(context) {
      return yield* stage.read(context, await stage.plan(context, source));
    },
  };
}

/** Returns the chosen stages in their order; no choice means all of them. */
export function stagesOf(source: Source, { stages }: Pick<RepositoryOptions, 'stages'>): SourceStage[] {
  return orderedStages(stages).map((name) => stageOf(name, source));
}

/** Returns whether a run of these stages needs a git folder. */
export function needsGitFolder(stages: readonly SourceStage[]): boolean {
  return stages.some(({ reads }) => reads === 'git');
}
