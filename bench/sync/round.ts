import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Results } from '../support/results.ts';
import { sum, type Timing } from '../support/timing.ts';
import { type CommandRun, databaseOf, idleMemory, type Place, runSync } from './command.ts';
import { moveHead, type RepositoryCopy } from './copy.ts';
import { countRows, stageSeconds } from './facts.ts';
import type { Floor, FloorTimings } from './floor.ts';

/** What rounds need; made once. */
export interface Setting {
  copy: RepositoryCopy;
  /** Commit that HEAD moves to for the sync with ten new commits. */
  newHead: string;
  /** A repository without commits. */
  empty: string;
  floor: Floor;
  place: Place;
  results: Results;
}

/** Figures of one round; seconds and bytes. */
export interface Round {
  floor: FloorTimings & { sum: Timing };
  /** Syncs of the empty repository: with everything fresh, and on what an earlier command left. */
  startUp: { cold: CommandRun; warm: CommandRun };
  cold: CommandRun;
  second: CommandRun;
  tenCommits: CommandRun;
  /** Rows that the cold sync wrote. */
  rows: number;
  /** Resident memory of a worker with nothing to do. */
  idle: number | undefined;
}

/** Measures everything once, the floor and the syncs in turn, and writes each figure down as soon as it's there. */
export async function runRound(setting: Setting, number: number): Promise<Round> {
  const { copy, newHead, empty, floor, place, results } = setting;
  const at = (name: string): Place => ({ ...place, folder: join(place.folder, `${number}-${name}`) });
  const noted = async <T extends object>(what: string, work: Promise<T>, more: () => object = () => ({})): Promise<T> => {
    const figures = await work;
    results.write({ round: number, what, ...figures, ...more() });
    return figures;
  };

  await moveHead(copy, copy.head);
  const parts = await noted('floor', floor.measure());
  const startUpPlace = at('start-up');
  const startUp = {
    cold: await noted('start-up, cold', runSync(startUpPlace, empty)),
    warm: await noted('start-up, warm', runSync(startUpPlace, empty)),
  };
  const syncPlace = at('sync');
  const database = databaseOf(syncPlace);
  const stages = () => ({ stages: stageSeconds(database) });
  const cold = await noted('cold sync', runSync(syncPlace, copy.gitDir), stages);
  const rows = countRows(database);
  results.write({ round: number, what: 'rows', rows });
  const second = await noted('second sync', runSync(syncPlace, copy.gitDir), stages);
  await moveHead(copy, newHead);
  const tenCommits = await noted('ten new commits', runSync(syncPlace, copy.gitDir), stages);
  const idle = await idleMemory(at('idle'));
  results.write({ round: number, what: 'idle worker', ...idle });
  for (const name of ['start-up', 'sync', 'idle']) rmSync(at(name).folder, { recursive: true, force: true, maxRetries: 5 });
  return { floor: { ...parts, sum: sum([parts.log, parts.numstat, parts.blame]) }, startUp, cold, second, tenCommits, rows, idle: idle?.resident };
}
