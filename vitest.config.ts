import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // All cores: many tests wait for a process or a browser of theirs, and leave the core to another one.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'in-process',
          include: ['{actors,certs,harness,spec,test,wire}/**/*.test.ts'],
          provide: { place: 'in-process' },
        },
      },
      {
        // The actors' tests again, their actor in a process of its own; *.unit.test.ts reach into its modules.
        test: {
          name: 'process',
          include: ['actors/*/**/*.test.ts'],
          exclude: ['**/*.unit.test.ts'],
          provide: { place: 'process' },
          // A hundred processes that load the same modules: a third quicker.
          env: { NODE_COMPILE_CACHE: 'node_modules/.cache/node' },
        },
      },
    ],
  },
})
