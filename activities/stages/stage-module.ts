import type { OrgSyncInput } from '../../src/model/input.ts';
import type { ListedRepository, Probe } from '../../src/model/repository.ts';
import type { Stage } from '../../src/model/stages.ts';
import type { CursorSchema } from '../../src/providers/cursor-schema.ts';
import type { Source } from '../../src/providers/source.ts';
import type { Batch, Cursor, FactsFrom, StageContext } from '../../src/providers/stage.ts';
import type { FactTable } from '../../src/schema/tables.ts';
import type { Store } from '../../src/stores/store.ts';

/** A stage: everything that the rest of the program knows of it. What differs between sources is a function of the source. */
export interface StageModule<Position extends object = Cursor, Saved extends object = Cursor, Plan = unknown> {
  readonly name: Stage;
  /** Tables that it writes. */
  readonly tables: readonly FactTable[];
  readonly reads: FactsFrom | ((source: Source) => FactsFrom);
  /** Whether it uses the git folder although it reads the API. */
  readonly usesGitFolder?: (source: Source) => boolean;
  readonly cursor: CursorSchema<Position, Saved> | ((source: Source) => CursorSchema<Position, Saved>);
  /** The part of a listed probe that is the same as long as the stage has nothing new to read. */
  readonly probe: keyof Probe;
  /** Completes listed probes by asking once for all repositories of an owner. */
  readonly probeListed?: ProbeListed;
  /**
   * Returns whether the last run left work that the next one has to do although nothing has changed.
   * @param hasGitFolder Whether the next run has a git folder.
   */
  hasUnfinishedWork(saved: Saved, hasGitFolder: boolean): boolean;
  /** Returns what the run that saved a cursor skipped and why, for people; undefined where it skipped nothing. */
  describeSkipped?(saved: Saved): string | undefined;
  /** Compares what there is with what the last run read. */
  plan(context: StageContext<Position, Saved>, source: Source): Promise<Plan>;
  /** @returns What the next run starts from; a `probe` in it replaces the listed one. */
  read(context: StageContext<Position, Saved>, plan: Plan): AsyncGenerator<Batch<Position>, Saved>;
}

/** A page of listed repositories, for {@link ProbeListed}. */
export interface ListedPage {
  store: Store;
  source: Source;
  input: OrgSyncInput;
  /** Under the ids that they are stored with. */
  repositories: readonly ListedRepository[];
  signal: AbortSignal;
}

/**
 * @param answer What the function returned with the page before, as JSON; undefined for the first page.
 * @returns The repositories with their probes, and the answer to pass on to the next page.
 */
export type ProbeListed = (page: ListedPage, answer: unknown) => Promise<{ repositories: ListedRepository[]; answer: unknown }>;
