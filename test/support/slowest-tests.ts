import type { Reporter, TestModule, Vitest } from 'vitest/node';

const SHOWN = 10;

interface Timed {
  name: string;
  milliseconds: number;
}

/** Prints the files and the tests of a run that took longest. A file's time has its hooks and imports in it. */
export default class SlowestTests implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const files = modules.map((module) => {
      const { collectDuration, duration } = module.diagnostic();
      return { name: nameOf(module), milliseconds: collectDuration + duration };
    });
    const tests = modules.flatMap((module) =>
      [...module.children.allTests()].map((test) => ({ name: `${nameOf(module)} > ${test.fullName}`, milliseconds: test.diagnostic()?.duration ?? 0 })),
    );
    // Of a few tests, the default reporter's own lines tell enough.
    if (tests.length <= SHOWN) return;
    this.#print('Slowest files', files);
    this.#print('Slowest tests', tests);
  }

  #print(title: string, timed: Timed[]): void {
    const slowest = timed.toSorted((a, b) => b.milliseconds - a.milliseconds).slice(0, SHOWN);
    const lines = slowest.map(({ name, milliseconds }) => `${(milliseconds / 1_000).toFixed(1).padStart(7)} s  ${name}`);
    this.#vitest?.logger.log([`\n${title}:`, ...lines].join('\n'));
  }
}

function nameOf({ project, relativeModuleId }: TestModule): string {
  return `${project.name}: ${relativeModuleId}`;
}
