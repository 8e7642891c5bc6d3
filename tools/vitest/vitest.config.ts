import { defineConfig } from 'vitest/config';

/** One configuration for every project: sources through the workspace's own export condition, two workers. */
export default defineConfig({
  resolve: { conditions: ['@gibbon/source'] },
  ssr: { resolve: { conditions: ['@gibbon/source', 'node'] } },
  test: {
    include: ['**/src/**/*.test.ts', 'examples/*/*.test.js'],
    exclude: ['**/node_modules/**', '**/dist/**', '**/canary/{apps,libs}/**'],
    passWithNoTests: true,
    maxWorkers: 2,
    // A test that hangs must end; one on a busy machine, where a process may take a minute to start, must not be taken for one that hangs.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    execArgv: ['--conditions=@gibbon/source'],
  },
});
