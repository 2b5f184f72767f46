import { defineConfig } from 'vitest/config';

// Tests start worker threads of their own and measure them, so test files run one after the other.
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Compiled code is loaded by Node itself, so that a test and its workers run the same files and c8 can count them.
    server: { deps: { external: [/\/dist\//] } },
    pool: 'forks',
    fileParallelism: false,
    setupFiles: ['test/coverage.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
