import { MultiBar, Presets, type SingleBar } from 'cli-progress';
import { printable, printableLines } from '../printable.ts';
import type { RunningStage, Snapshot } from './watch.ts';

/** Of a stage that goes on without trouble a log gets about so many lines, however long it takes. */
const LINES_PER_STAGE = 5;

/** Shows how far a run is. */
export interface ProgressView {
  show(snapshot: Snapshot): void;
  /** A line that stays. */
  note(line: string): void;
  end(): void;
}

/** Bars on a terminal, plain lines anywhere else. */
export function progressView(output: NodeJS.WriteStream): ProgressView {
  return output.isTTY ? bars(output) : lines(output);
}

function bars(output: NodeJS.WriteStream): ProgressView {
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
      const names = new Set(stages.map(nameOf));
      for (const [name, bar] of shown) {
        if (names.has(name)) continue;
        multi.remove(bar);
        shown.delete(name);
      }
      for (const stage of stages) {
        const name = nameOf(stage);
        const bar = shown.get(name) ?? multi.create(0, 0, { name });
        shown.set(name, bar);
        bar.setTotal(stage.total);
        bar.update(stage.done, { name: stage.trouble === undefined ? name : printable(`${name} (${stage.trouble})`) });
      }
    },
    note: (line) => multi.log(`${printableLines(line)}\n`),
    end: () => multi.stop(),
  };
}

function lines(output: NodeJS.WriteStream): ProgressView {
  const told = new Map<string, string>();
  const note = (text: string) => output.write(`${printableLines(text)}\n`);
  /** Says something new of a thing: whether it's new, `mark` tells. */
  const tell = (name: string, text: string, mark = text) => {
    if (told.get(name) !== mark) note(printable(`${name}: ${text}`));
    told.set(name, mark);
  };
  return {
    show({ progress, stages }) {
      const { listed, done, failed, running } = progress.repositories;
      tell(
        'repositories',
        `${done} done, ${failed} failed, ${running} running, ${listed} listed${progress.pause === undefined ? '' : `; paused: ${progress.pause.reason}`}`,
      );
      for (const stage of stages) {
        const count = stage.total > 0 ? `${stage.done} of ${stage.total}` : 'begun';
        const part = stage.total > 0 ? Math.floor((stage.done / stage.total) * LINES_PER_STAGE) : 0;
        const trouble = stage.trouble === undefined ? '' : `; ${stage.trouble}`;
        tell(nameOf(stage), count + trouble, part + trouble);
      }
    },
    note,
    end: () => undefined,
  };
}

function nameOf({ repository, stage }: RunningStage): string {
  return `${stage} of ${printable(repository)}`;
}
