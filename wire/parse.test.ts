import { expect, test } from 'vitest'
import { repeatsMember } from './parse.ts'

test.each([
  ['{"a":1,"a":1}', true],
  ['{"a":1, "a" : 2}', true],
  ['{"a":1,"\\u0061":2}', true],
  ['[{"b":{"a":1,"c":[{"a":1}],"a":2}}]', true],
  ['{"a\\\\":1,"a\\\\":1}', true],
  ['{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}', false],
  ['{"a":"a","b":"{\\"a\\":1,\\"a\\":1}"}', false],
  ['{"a":"\\\\","b":"a"}', false],
  ['["a","a"]', false],
  ['', false],
  ['}}"a":1,"a":1', false],
])('%s: has an object two members of one name? %s', (text, expected) => {
  expect(repeatsMember(text)).toBe(expected)
})

test('a long text does not take long', () => {
  const began = performance.now()
  expect(repeatsMember(`{"a":"${'\\"'.repeat(100_000)}`)).toBe(false)
  expect(repeatsMember('{"'.repeat(100_000))).toBe(false)
  expect(performance.now() - began).toBeLessThan(2000)
})
