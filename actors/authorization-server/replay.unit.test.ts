import { expect, test } from 'vitest'
import { createReplay } from './replay.ts'

const first = { issuer: 'https://app.example', jti: 'j', type: 'software-statement', exp: 400 }

test('a jti is welcome again once the JWT that had it has expired', () => {
  const replay = createReplay('issuer')
  expect(replay.firstUse(first, 100)).toBe(true)
  expect(replay.firstUse({ ...first, exp: 500 }, 399)).toBe(false)
  expect(replay.firstUse({ ...first, exp: 700 }, 400)).toBe(true)
  expect(replay.firstUse({ ...first, exp: 900 }, 699)).toBe(false)
})

test('another issuer may use the same jti, however the two texts are split', () => {
  const replay = createReplay('issuer')
  expect(replay.firstUse({ ...first, issuer: 'a', jti: 'bc' }, 100)).toBe(true)
  expect(replay.firstUse({ ...first, issuer: 'ab', jti: 'c' }, 100)).toBe(true)
})

test('whether another type of JWT may use it again is a parameter of the guide version', () => {
  const assertion = { ...first, type: 'client-assertion' }
  const perIssuer = createReplay('issuer')
  const perType = createReplay('issuer-and-type')
  expect([perIssuer, perType].map((replay) => replay.firstUse(first, 100))).toEqual([true, true])
  expect([perIssuer, perType].map((replay) => replay.firstUse(assertion, 100))).toEqual([false, true])
})

test('what it remembers is bounded: the oldest goes first', () => {
  const replay = createReplay('issuer', 2)
  for (const jti of ['a', 'b', 'c']) expect(replay.firstUse({ ...first, jti }, 100)).toBe(true)
  expect(replay.firstUse({ ...first, jti: 'c' }, 100)).toBe(false)
  expect(replay.firstUse({ ...first, jti: 'a' }, 100)).toBe(true)
})
