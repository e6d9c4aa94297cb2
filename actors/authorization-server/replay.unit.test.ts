import { expect, test } from 'vitest'
import { createReplay, type ReplaySettings } from './replay.ts'

const first = {
  issuer: 'https://app.example',
  jti: 'j',
  type: 'software-statement',
  exp: 400,
  signed: 'first',
}
const replayOf = (settings: Partial<ReplaySettings> = {}) =>
  createReplay({ uniquePer: 'issuer', skewS: 0, ...settings })

test('a jti is welcome again once the JWT that had it has expired', () => {
  const replay = replayOf()
  expect(replay.firstUse(first, 100)).toBe(true)
  expect(replay.firstUse({ ...first, exp: 500, signed: 'second' }, 399)).toBe(false)
  expect(replay.firstUse({ ...first, exp: 700, signed: 'third' }, 400)).toBe(true)
  expect(replay.firstUse({ ...first, exp: 900, signed: 'fourth' }, 699)).toBe(false)
})

test('with skew the identical JWT is refused until exp and skew are over, its jti only until exp', () => {
  const replay = replayOf({ skewS: 60 })
  const second = { ...first, exp: 410, signed: 'second' }
  expect(replay.firstUse(first, 100)).toBe(true)
  expect(replay.firstUse(second, 399)).toBe(false)
  expect(replay.firstUse(first, 400)).toBe(false)
  expect(replay.firstUse(second, 400)).toBe(true)
  // The second has expired: nothing but its being the same JWT is left against the first.
  expect(replay.firstUse(first, 459)).toBe(false)
  expect(replay.firstUse(second, 469)).toBe(false)
  expect(replay.firstUse(first, 460)).toBe(true)
})

test('another issuer may use the same jti, however the two texts are split', () => {
  const replay = replayOf()
  expect(replay.firstUse({ ...first, issuer: 'a', jti: 'bc' }, 100)).toBe(true)
  expect(replay.firstUse({ ...first, issuer: 'ab', jti: 'c' }, 100)).toBe(true)
})

test('whether another type of JWT may use it again is a parameter of the guide version', () => {
  const assertion = { ...first, type: 'client-assertion' }
  const perIssuer = replayOf()
  const perType = replayOf({ uniquePer: 'issuer-and-type' })
  expect([perIssuer, perType].map((replay) => replay.firstUse(first, 100))).toEqual([true, true])
  expect([perIssuer, perType].map((replay) => replay.firstUse(assertion, 100))).toEqual([false, true])
})

test('what it remembers is bounded: the oldest goes first', () => {
  const replay = replayOf({ maxEntries: 2 })
  for (const jti of ['a', 'b', 'c']) expect(replay.firstUse({ ...first, jti }, 100)).toBe(true)
  expect(replay.firstUse({ ...first, jti: 'c' }, 100)).toBe(false)
  expect(replay.firstUse({ ...first, jti: 'a' }, 100)).toBe(true)
})
