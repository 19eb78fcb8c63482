import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { SlowestFirst } from './test/support/slowest-first.ts';

/** Tests that share a Temporal server, and the built command. */
const WITH_TEMPORAL = [
  'test/{cli,exactness,temporal,workflows}/**/*.test.ts',
  'test/providers/contract-*.test.ts',
  'test/providers/gitlab/{counts,sync}.test.ts',
];

/** Tests that start database servers. */
const WITH_DATABASES = ['test/stores/**/*.test.ts'];

/** Tests that ask a GitHub or GitLab of the tests' own, and clone from it. */
const WITH_HOSTS = ['test/{providers,support}/{github,gitlab,hosted}/**/*.test.ts'];

type Options = NonNullable<TestProjectInlineConfiguration['test']>;

/** A project whose tests need the same servers. Run it alone with `npx vitest run --project <name>`. */
function project(name: string, options: Options): TestProjectInlineConfiguration {
  return {
    extends: true,
    test: {
      name,
      // Real servers and real processes: what takes a minute alone takes several beside others.
      testTimeout: 600_000,
      hookTimeout: 300_000,
      // Vitest's own limit of a second would measure the machine.
      expect: { poll: { timeout: 100_000 } },
      ...options,
    },
  };
}

export default defineConfig({
  test: {
    projects: [
      project('unit', { include: ['test/**/*.test.ts'], exclude: [...WITH_TEMPORAL, ...WITH_DATABASES, ...WITH_HOSTS] }),
      project('hosts', { include: WITH_HOSTS, exclude: WITH_TEMPORAL }),
      project('stores', { include: WITH_DATABASES }),
      project('temporal', { include: WITH_TEMPORAL, globalSetup: ['test/support/global-setup.ts'] }),
    ],
    // More than the two cores of a small machine: most tests wait for other processes, or for time to pass.
    maxWorkers: 3,
    sequence: { sequencer: SlowestFirst },
    reporters: ['default', './test/support/slowest-tests.ts'],
  },
});
