/** Versions of the guide side by side, as a user runs them. */
import { expect, it, vi } from 'vitest'
import { cli, readRun, temporaryFolder } from './cli.ts'

vi.setConfig({ testTimeout: 90_000 })

const MEETING = 'scenarios/versions/older-app.yaml'
const B2B = 'scenarios/b2b/client-credentials.yaml'

it('--spec all runs each case in each version that it leaves open, and judges them again to the same result', async () => {
  using folder = temporaryFolder()
  const ran = await cli('run', B2B, MEETING, '--spec', 'all', '--output-dir', folder.path)
  expect(ran).toMatchObject({ code: 0, err: '' })
  const { result, stage } = readRun(folder.path)
  expect(result.cases.map(({ name }) => name)).toEqual([
    ...['1.0.0', '1.1.0', '2.0.0', '3.0.0-ballot'].map(
      (version) => `A payer's backend reads a patient with client credentials (${version})`,
    ),
    'An app of 1.1.0 and a server of 2.0.0: without PKCE it is refused (2.0.0 and 1.1.0)',
    'An app of 1.1.0 and a server of 2.0.0: without state it is refused (2.0.0 and 1.1.0)',
    'An app of 1.1.0 and a server of 2.0.0: with both it gets its code (2.0.0 and 1.1.0)',
  ])
  expect(Object.keys(stage.digests).filter((file) => file.startsWith('versions/'))).toEqual([
    'versions/1.0.0.yaml',
    'versions/1.1.0.yaml',
    'versions/2.0.0.yaml',
    'versions/3.0.0-ballot.yaml',
  ])
  expect((await cli('judge', folder.path)).out).toContain('Same as the saved result.')
})

it('holds each actor of a case to its own version', async () => {
  using folder = temporaryFolder()
  await cli('run', `${MEETING}:10`, '--output-dir', folder.path)
  const [one] = readRun(folder.path).result.cases
  const judged = (id: string) => one!.rules.find((rule) => rule.id === id)?.verdict
  // The app of 1.1.0 need not use PKCE; the server of 2.0.0 refuses whoever does not.
  expect(judged('gen-028')).toBeUndefined()
  expect(judged('gen-030')).toBe('met')
})
