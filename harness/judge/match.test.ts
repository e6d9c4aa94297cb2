import { expect, test } from 'vitest'
import type { Json } from '../../wire/json.ts'
import { match } from './match.ts'

function said(expected: Json, seen: Json | undefined): string | undefined {
  const difference = match(expected, seen, 'body')
  return difference && `${difference.path} ${difference.expected}, saw ${difference.seen}`
}

const body = { error: 'invalid_client', list: [1, 2], inner: { a: 1, b: null } }

test.each<[string, Json, Json | undefined]>([
  ['a literal', 'x', 'x'],
  ['null', null, null],
  ['a subset of an object', { inner: { b: null } }, body],
  ['an array', [1, { a: 1 }], [1, { a: 1, b: 2 }]],
  ['$gte', { $gte: 2 }, 2],
  ['$lte', { $lte: 3600 }, 3600],
  ['$gt', { $gt: 1.5 }, 2],
  ['$lt', { $lt: '2026-12-01' }, '2026-11-22T10:00:00Z'],
  ['$type', { $type: 'string' }, ''],
  ['$type number for an integer', { $type: 'number' }, 3],
  ['$type null', { $type: 'null' }, null],
  ['$present', { $present: true }, null],
  ['$present: false', { code: { $present: false } }, body],
  ['$length', { $length: 2 }, [0, 0]],
  ['$length with an operator', { $length: { $gte: 2 } }, 'abc'],
  ['$oneOf', { $oneOf: [400, { $gte: 500 }] }, 503],
  ['$matches', { $matches: '/udap$' }, 'https://a.example/.well-known/udap'],
  ['$contains in a text', { $contains: 'udap' }, 'openid udap'],
  ['$contains in an array', { $contains: { a: 1 } }, [{ a: 2 }, { a: 1, b: 2 }]],
  ['$not', { $not: { $contains: 'refresh_token' } }, ['client_credentials']],
  ['a text that looks like a pattern', '.*', '.*'],
])('%s matches', (_, expected, seen) => {
  expect(said(expected, seen)).toBeUndefined()
})

test.each<[Json, Json | undefined, string]>([
  ['x', 'y', 'body "x", saw "y"'],
  ['1', 1, 'body "1", saw 1'],
  [null, undefined, 'body null, saw nothing'],
  [{ inner: { a: 2 } }, body, 'body.inner.a 2, saw 1'],
  [{ a: 1 }, [1], 'body an object, saw [1]'],
  [{ toString: { $present: true } }, {}, 'body.toString present, saw nothing'],
  [[1, 2], [1, 3], 'body[1] 2, saw 3'],
  [[1], [1, 2], 'body [1] (1 long), saw [1,2]'],
  [[1], 'x', 'body [1], saw "x"'],
  [{ $gte: 2 }, 1, 'body at least 2, saw 1'],
  [{ $lte: 2 }, 3, 'body at most 2, saw 3'],
  [{ $gt: 2 }, 2, 'body more than 2, saw 2'],
  [{ $lt: 2 }, '1', 'body less than 2, saw "1"'],
  [{ $type: 'integer' }, 1.5, 'body of type "integer", saw 1.5'],
  [{ $present: true }, undefined, 'body present, saw nothing'],
  [{ $present: false }, 1, 'body absent, saw 1'],
  [{ $length: 1 }, [1, 2], 'the length of body 1, saw 2'],
  [{ $length: 1 }, 5, 'body an array or a text, saw 5'],
  [{ $oneOf: [200, 204] }, 404, 'body one of 200, 204, saw 404'],
  [{ $matches: '^a' }, 'b', 'body a text that matches /^a/, saw "b"'],
  [{ $matches: '^a' }, 1, 'body a text that matches /^a/, saw 1'],
  [{ $contains: 'udap' }, 'openid', 'body to contain "udap", saw "openid"'],
  [{ $contains: 1 }, [2], 'body to contain 1, saw [2]'],
  [{ $contains: 1 }, undefined, 'body an array to contain 1, saw nothing'],
  [{ $not: 1 }, 1, 'body not 1, saw 1'],
])('%j does not match %j', (expected, seen, words) => {
  expect(said(expected, seen)).toBe(words)
})

test('an operator that there is not is never met', () => {
  expect(said({ $near: 1 }, 1)).toContain('$near, which is no operator; there are $gte $lte')
  expect(said({ $toString: 1 }, 1)).toContain('no operator')
})

test.each([
  ['(a+)+$', `${'a'.repeat(64)}b`, 'backtracks without end'],
  ['(', 'x', 'Invalid regular expression'],
  ['a'.repeat(501), 'x', 'longer than 500 characters'],
  ['x', 'y'.repeat(20_000), 'look at a part of it'],
])('a pattern that cannot be judged says why: %#', (pattern, text, why) => {
  expect(said({ $matches: pattern }, text)).toContain(why)
})

test('a pattern cannot reach out of its box', () => {
  expect(said({ $matches: 'x' }, 'x')).toBeUndefined()
  expect(said({ $matches: 'constructor' }, 'this.constructor')).toBeUndefined()
})

test('secrets are cut in what is said', () => {
  const token = 'kM3q9vX2bT7wZ0aR5nL8cJ1dF4gH6sYpQeUiOoPlKjh'
  expect(said({ access_token: { $type: 'integer' } }, { access_token: token })).toContain('saw "kM3q…lKjh"')
  expect(said('x', { access_token: token })).not.toContain(token)
})

test('long values are shortened', () => {
  expect(said('x', 'wort '.repeat(1000))?.length).toBeLessThan(200)
})
