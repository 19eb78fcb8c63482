import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';

/** Tests outside of the folders below that run a worker all the same. */
const WITH_A_WORKER = ['test/providers/contract-*.test.ts', 'test/providers/gitlab/{counts,sync}.test.ts'];

/** A project whose tests need the same servers; `npx vitest run --project <name>` runs it alone. */
function project(name: string, include: string[], more: NonNullable<TestProjectInlineConfiguration['test']> = {}): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: {
      name,
      include,
      // Real servers and real processes: what takes a minute alone takes several beside others.
      testTimeout: 600_000,
      hookTimeout: 300_000,
      // Vitest's own limit of a second would measure the machine.
      expect: { poll: { timeout: 100_000 } },
      ...more,
    },
  };
}

export default defineConfig({
  test: {
    projects: [
      project('unit', ['test/{activities,git,http,processes,providers,support}/**/*.test.ts', 'test/*.test.ts'], { exclude: WITH_A_WORKER }),
      project('stores', ['test/stores/**/*.test.ts']),
      project('temporal', ['test/{cli,exactness,temporal,workflows}/**/*.test.ts', ...WITH_A_WORKER], {
        globalSetup: ['test/support/global-setup.ts'],
      }),
    ],
    // Two cores, and most tests have other processes do the work.
    maxWorkers: 2,
  },
});
