import { type Spread, spread } from '../support/statistics.ts';
import type { Round } from './round.ts';

/** Seconds of start-up that the aim for a cold sync allows beside the floor. */
const START_UP_ALLOWED = 2;

/** A line of the report. */
export interface Figure {
  name: string;
  unit: 's' | 'MB' | 'rows' | 'rows/s' | 'times';
  /** Undefined where it couldn't be measured. */
  value: Spread | undefined;
  /** What the median shouldn't be above. */
  aim?: number;
}

/** What the rounds say. Differences and ratios are made round by round, because machines are now fast, now slow. */
export function figuresOf(rounds: readonly Round[]): Figure[] {
  const figure = (name: string, unit: Figure['unit'], of: (round: Round) => number | undefined, aim?: number): Figure => {
    const values = rounds.map(of).filter((value) => value !== undefined);
    return { name, unit, value: spread(values), ...(aim === undefined ? {} : { aim }) };
  };
  const seconds = (name: string, of: (round: Round) => number | undefined, aim?: number) => figure(name, 's', of, aim);
  return [
    seconds('floor: git log', ({ floor }) => floor.log.seconds),
    seconds('floor: first-parent numstat', ({ floor }) => floor.numstat.seconds),
    seconds('floor: git blame', ({ floor }) => floor.blame.seconds),
    seconds('floor', ({ floor }) => floor.sum.seconds),
    seconds('start-up, everything fresh', ({ startUp }) => startUp.cold.seconds),
    seconds('start-up, second time', ({ startUp }) => startUp.warm.seconds),
    seconds('cold sync', ({ cold }) => cold.seconds),
    seconds('cold sync without start-up', coldWork),
    figure(`(cold sync - ${START_UP_ALLOWED} s) : floor`, 'times', ({ cold, floor }) => (cold.seconds - START_UP_ALLOWED) / floor.sum.seconds, 2),
    figure('cold sync without start-up : floor', 'times', (round) => coldWork(round) / round.floor.sum.seconds),
    seconds('processor time of the floor', ({ floor }) => floor.sum.cpu),
    seconds('processor time of the cold sync', ({ cold }) => cold.cpu),
    figure('processor times without start-up : floor', 'times', coldCpu),
    seconds('second sync', ({ second }) => second.seconds),
    seconds('second sync without start-up', ({ second, startUp }) => second.seconds - startUp.warm.seconds, 1),
    seconds('second sync from the start of its run', afterStart, 1),
    seconds('ten new commits', ({ tenCommits }) => tenCommits.seconds),
    seconds('ten new commits without start-up', ({ tenCommits, startUp }) => tenCommits.seconds - startUp.warm.seconds),
    figure('rows', 'rows', ({ rows }) => rows),
    figure('rows per second of the cold sync', 'rows/s', ({ rows, cold }) => rows / cold.seconds),
    figure('the same without start-up', 'rows/s', (round) => round.rows / coldWork(round)),
    figure('memory of an idle worker', 'MB', ({ idle }) => megabytes(idle)),
    figure("worker's peak, cold sync", 'MB', ({ cold }) => megabytes(cold.peak)),
    figure("worker's peak, ten new commits", 'MB', ({ tenCommits }) => megabytes(tenCommits.peak)),
    figure(
      'peak of the cold sync above idle',
      'MB',
      ({ cold, idle }) => megabytes(cold.peak !== undefined && idle !== undefined ? cold.peak - idle : undefined),
      150,
    ),
  ];
}

function coldWork({ cold, startUp }: Round): number {
  return cold.seconds - startUp.cold.seconds;
}

function coldCpu({ cold, startUp, floor }: Round): number | undefined {
  if (cold.cpu === undefined || startUp.cold.cpu === undefined || floor.sum.cpu === undefined) return undefined;
  return (cold.cpu - startUp.cold.cpu) / floor.sum.cpu;
}

function afterStart({ second }: Round): number | undefined {
  return second.secondsToStart === undefined ? undefined : second.seconds - second.secondsToStart;
}

function megabytes(bytes: number | undefined): number | undefined {
  return bytes === undefined ? undefined : bytes / 1e6;
}
