import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The proof takes minutes on one core: the other tests fill the other cores meanwhile. */
class ProofFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isProof = ({ moduleId }: TestSpecification) => moduleId.endsWith('/test/prove.test.ts')
    return (await super.sort(files)).sort((a, b) => Number(isProof(b)) - Number(isProof(a)))
  }
}

/** These give modules other modules: nobody else may have loaded them before. */
const isolated = ['harness/testbed.test.ts']
const alone = ['test/containers/{killed,swarm}.test.ts']

export default defineConfig({
  test: {
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // All cores: many tests wait for a process or a browser of theirs, and leave the core to another one.
    maxWorkers: '100%',
    // What a test file imports is loaded once a worker, not once a file: half of the work of a file is that.
    isolate: false,
    globalSetup: 'test/setup.ts',
    sequence: { sequencer: ProofFirst },
    // Hundreds of processes load the same modules: a sixth quicker.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/node') },
    projects: [
      {
        test: {
          name: 'in-process',
          include: ['{actors,certs,deploy,harness,spec,test,wire}/**/*.test.ts'],
          exclude: ['test/containers/**', ...isolated],
          provide: { place: 'in-process' },
        },
      },
      { test: { name: 'isolated', include: isolated, isolate: true } },
      {
        // The actors' tests again, their actor in a process of its own; *.unit.test.ts reach into its modules.
        test: {
          name: 'process',
          include: ['actors/*/**/*.test.ts'],
          exclude: ['**/*.unit.test.ts'],
          provide: { place: 'process' },
        },
      },
      {
        // After the others: they fill the cores themselves, and some wait for a cut line.
        test: {
          name: 'containers',
          include: ['test/containers/*.test.ts'],
          exclude: alone,
          globalSetup: 'test/containers/setup.ts',
          sequence: { groupOrder: 1 },
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        // One file at a time: what is left in the engine is counted, or nothing else may take its time.
        test: {
          name: 'containers-alone',
          include: alone,
          globalSetup: 'test/containers/setup.ts',
          fileParallelism: false,
          sequence: { groupOrder: 2 },
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
})
