import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import { printable, printableLines } from '../printable.ts';
import type { RunningStage, Snapshot } from './watch.ts';

/** Lines that a log gets about a stage that runs without errors, however long it takes. */
const LINES_PER_STAGE = 5;

/** Shows the progress of a run. */
export interface ProgressView {
  show(snapshot: Snapshot): void;
  /** Prints a line that stays on the screen. */
  note(line: string): void;
  end(): void;
}

/** Creates bars on a terminal, plain lines everywhere else. */
export function createProgressView(output: NodeJS.WriteStream): ProgressView {
  return output.isTTY ? createBars(output) : createLines(output);
}

function createBars(output: NodeJS.WriteStream): ProgressView {
  const format = '{bar} {percentage}% {value}/{total} {name}';
  const multi = new MultiBar(
    { stream: output, format, hideCursor: true, clearOnComplete: true, emptyOnZero: true, barsize: 24, autopadding: true },
    Presets.rect,
  );
  const repositories = multi.create(0, 0, { name: 'repositories' });
  const shown = new Map<string, SingleBar>();
  return {
    show({ progress, stages }) {
      const { listed, done, failed } = progress.repositories;
      repositories.setTotal(listed);
      repositories.update(done + failed, {
        name: printable(`repositories${failed > 0 ? ` (${failed} failed)` : ''}${progress.pause === undefined ? '' : ` - paused: ${progress.pause.reason}`}`),
      });
      const names = new Set(stages.map(formatName));
      for (const [name, bar] of shown) {
        if (names.has(name)) continue;
        multi.remove(bar);
        shown.delete(name);
      }
      for (const stage of stages) {
        const name = formatName(stage);
        const bar = shown.get(name) ?? multi.create(0, 0, { name });
        shown.set(name, bar);
        bar.setTotal(stage.total);
        bar.update(stage.done, { name: stage.error === undefined ? name : printable(`${name} (${stage.error})`) });
      }
    },
    note: (line) => multi.log(`${printableLines(line)}\n`),
    end: () => multi.stop(),
  };
}

function createLines(output: NodeJS.WriteStream): ProgressView {
  const printed = new Map<string, string>();
  const note = (text: string) => output.write(`${printableLines(text)}\n`);
  /** Prints a line unless `mark` is the same as that of the last line about this name. */
  const printChange = (name: string, text: string, mark = text) => {
    if (printed.get(name) !== mark) note(printable(`${name}: ${text}`));
    printed.set(name, mark);
  };
  return {
    show({ progress, stages }) {
      const { listed, done, failed, running } = progress.repositories;
      printChange(
        'repositories',
        `${done} done, ${failed} failed, ${running} running, ${listed} listed${progress.pause === undefined ? '' : `; paused: ${progress.pause.reason}`}`,
      );
      for (const stage of stages) {
        const count = stage.total > 0 ? `${stage.done} of ${stage.total}` : 'started';
        const part = stage.total > 0 ? Math.floor((stage.done / stage.total) * LINES_PER_STAGE) : 0;
        const error = stage.error === undefined ? '' : `; ${stage.error}`;
        printChange(formatName(stage), count + error, part + error);
      }
    },
    note,
    end: () => undefined,
  };
}

function formatName({ repository, stage }: RunningStage): string {
  return `${stage} of ${printable(repository)}`;
}
