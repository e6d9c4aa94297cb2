/** The happy paths that have a person in them, that person in Chromium. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cli, readRun, temporaryFolder } from '../cli.ts'
import { needChromium } from './chromium.ts'

needChromium()

test('every happy path passes in Chromium, hop by hop, and leaves pictures of its pages', async () => {
  using folder = temporaryFolder()
  const flags = ['--tag', 'happy-path', '--browser', 'chromium', '--output-dir', folder.path]
  const { code, out } = await cli('run', 'scenarios', ...flags)
  expect(code, out).toBe(0)
  const { result, stage, trace } = readRun(folder.path)
  expect(result.summary.failed + result.summary.errored + result.summary.skipped).toBe(0)
  const withPersons = stage.cases.filter(({ actors }) =>
    Object.values(actors).some(({ kind }) => kind === 'user'),
  )
  expect(withPersons.length).toBeGreaterThanOrEqual(4)
  for (const { case: id, actors } of withPersons) {
    const [person = ''] = Object.entries(actors).find(([, { kind }]) => kind === 'user') ?? []
    const agents = trace
      .filter((half) => half.case === id && half.actor === person)
      .map(({ request }) => request?.headers['user-agent'] ?? '')
    expect(agents.some((agent) => String(agent).includes('Chrome'))).toBe(true)
    expect(readdirSync(join(folder.path, 'screenshots', id)).length).toBeGreaterThanOrEqual(3)
  }
}, 180_000)
