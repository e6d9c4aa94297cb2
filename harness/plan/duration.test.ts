import { expect, test } from 'vitest'
import { durationMs } from './duration.ts'

test.each([
  ['PT10M', 600_000],
  ['P1DT1S', 86_401_000],
  ['P2W', 1_209_600_000],
  ['-P1D', -86_400_000],
  ['PT0S', 0],
  ['PT0.2S', 200],
])('%s', (text, ms) => {
  expect(durationMs(text)).toBe(ms)
})

test.each(['', 'P', 'PT', 'P1DT', '10m', 'PT.5S', 'PT0.5M', 'P1Y', '600'])('%j is none', (text) => {
  expect(durationMs(text)).toBeUndefined()
})
