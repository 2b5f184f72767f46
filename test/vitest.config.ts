import { defineConfig } from 'vitest/config';

/** Replaces modules of the laboratory by its own: it needs a process of its own. */
const replacing = 'test/engines/wasm/conformance.test.ts';

export default defineConfig({
  test: {
    // Compiled code is loaded by Node itself, so that a test and its workers run the same files and c8 can count them.
    server: { deps: { external: [/\/dist\//] } },
    pool: 'forks',
    // Tests start threads and processes of their own, and no test asserts a time that a neighbour could spoil.
    maxWorkers: 2,
    setupFiles: ['test/coverage.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: { name: 'together', include: ['test/**/*.test.ts'], exclude: [replacing], isolate: false },
      },
      { extends: true, test: { name: 'apart', include: [replacing] } },
    ],
  },
});
