/** Every rule can fail, none fails by itself, and each would be missed. */
import { expect, it, vi } from 'vitest'
import { unmissed } from '../harness/prove/weaken.ts'
import { judgedRules } from '../harness/testbed.ts'
import { chosen } from './chosen.ts'
import { cli } from './cli.ts'
import { proveFolder, suiteRun } from './suite.ts'

vi.setConfig({ testTimeout: 900_000 })

it('every breakable rule is proven, and nothing is broken where nobody misbehaves', async () => {
  // More seeds come with `npm run nightly`.
  const { code, out } = await cli('prove', '--quiet', '--seeds', '1', '--output-dir', proveFolder())
  const lines = out.trim().split('\n')
  const [, judged, judgeable, proven, breakable] =
    /^rules: (\d+) of (\d+) judged, (\d+) of (\d+) breakable proven by \d+ faults, 0 false alarms$/.exec(
      lines.at(-1) ?? '',
    ) ?? []
  expect(lines.slice(0, -1)).toEqual([])
  expect(judged).toBe(judgeable)
  expect(proven).toBe(breakable)
  expect(code).toBe(0)
})

it('twenty rules without their bodies are missed, each of them', async () => {
  const ids = chosen(await judgedRules(), 20, 'twenty rules')
  expect(ids.length).toBe(20)
  expect(await unmissed(await suiteRun(), ids)).toEqual([])
})
