import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // Real servers and real processes: what takes a minute alone takes several beside others.
    testTimeout: 600_000,
    hookTimeout: 300_000,
    // A second, as it is by itself, is nothing to wait for.
    expect: { poll: { timeout: 100_000 } },
    // Two cores, and most tests have other processes do the work.
    maxWorkers: 2,
  },
});
