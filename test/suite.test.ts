/** All that ships, in all versions of the guide, by one command; and what is saved of it, judged again. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import type { Result } from '../harness/result.ts'
import type { Stage } from '../harness/trace/trace.ts'
import { loadSpec } from '../spec/load.ts'
import { cli, projectFolder, temporaryFolder } from './cli.ts'

vi.setConfig({ testTimeout: 900_000 })

// The proofs are run by prove.test.ts; `npm run nightly` runs them in all versions as well.
it('every scenario passes in every version, and the saved folder gives the same result again', async () => {
  using folder = temporaryFolder()
  const output = ['--output-dir', folder.path]
  const ran = await cli(
    'run',
    'scenarios',
    '--spec',
    'all',
    '--tag',
    '!proof',
    '--workers',
    '2',
    '-q',
    ...output,
  )
  expect(ran).toMatchObject({ code: 0, err: '' })
  const read = (name: string) => JSON.parse(readFileSync(join(folder.path, name), 'utf8'))
  const result: Result = read('result.json')
  const stage: Stage = read('stage.json')
  expect(result.summary.passed).toBe(result.summary.cases)
  const followed = new Set(stage.cases.flatMap(({ actors }) => Object.values(actors).map(({ spec }) => spec)))
  const { versions } = loadSpec(new URL(`file://${projectFolder}/`))
  expect([...followed].sort()).toEqual(Object.keys(versions).sort())

  const again = await cli('judge', folder.path, '-q')
  expect(again.code).toBe(0)
  expect(again.out).toContain('Same as the saved result.')
})
