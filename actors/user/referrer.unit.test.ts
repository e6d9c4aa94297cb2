import { expect, test } from 'vitest'
import { cameFrom } from './referrer.ts'

const HERE = 'https://as.example/sign-in?a=1#top'
const PAGE = 'https://as.example/sign-in?a=1'
const SAME = 'https://as.example/next'
const OTHER = 'https://app.example/callback'
const PLAIN = 'http://as.example/next'

test.each([
  ['', PAGE, 'https://as.example/', undefined],
  ['no-referrer', undefined, undefined, undefined],
  ['origin', 'https://as.example/', 'https://as.example/', 'https://as.example/'],
  ['same-origin', PAGE, undefined, undefined],
  ['strict-origin', 'https://as.example/', 'https://as.example/', undefined],
  ['unsafe-url', PAGE, PAGE, PAGE],
  ['no-referrer, made-up', undefined, undefined, undefined],
  ['origin, no-referrer-when-downgrade', PAGE, PAGE, undefined],
])('says by policy "%s" where it comes from', (policy, same, other, plain) => {
  const referers = [SAME, OTHER, PLAIN].map((to) => cameFrom({ url: HERE, policy }, to, 'GET', false).referer)
  expect(referers).toEqual([same, other, plain])
})

test.each([
  ['', SAME, false, 'https://as.example'],
  ['', OTHER, false, 'https://as.example'],
  ['', PLAIN, false, 'null'],
  ['', OTHER, true, 'null'],
  ['no-referrer', SAME, false, 'null'],
  ['same-origin', OTHER, false, 'null'],
])('sends by policy "%s" a POST to %s with its origin', (policy, to, tainted, origin) => {
  expect(cameFrom({ url: HERE, policy }, to, 'POST', tainted).origin).toBe(origin)
  expect(cameFrom({ url: HERE, policy }, to, 'GET', tainted).origin).toBeUndefined()
})

test('comes from nowhere when it is opened by hand', () => {
  expect(cameFrom({ url: 'about:blank', policy: '' }, SAME, 'POST', false)).toEqual({})
})
