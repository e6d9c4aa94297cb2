import { expect, test } from 'vitest'
import { BadExpression, evaluate, fill, truthy, UnknownPath } from './expression.ts'

const scope = {
  inputs: { scope: 'a b', n: 5, no: false, none: null },
  steps: { 'sign-in': { outputs: { list: ['x', { y: 1 }] } }, 'a.b': { outputs: {} } },
}

test.each([
  ['inputs.scope', 'a b'],
  ['${{ inputs.n }}', 5],
  ['steps.sign-in.outputs.list.1.y', 1],
  ["steps['sign-in'].outputs.list[0]", 'x'],
  ["steps['a.b'].outputs", {}],
  ['inputs.n == 5', true],
  ["inputs.scope != 'a b'", false],
  ["'it''s' == 'it''s'", true],
  ['!inputs.no && inputs.n == 5', true],
  ['inputs.no || inputs.none == null', true],
  ['!(inputs.n == 5 || inputs.no)', false],
  ['inputs.n == -5.5', false],
  ['inputs.no == true || inputs.n', 5],
])('%s', (text, value) => {
  expect(evaluate(text, scope)).toEqual(value)
})

test('&& and || do not look at what they do not need', () => {
  expect(truthy('inputs.no && steps.nobody.x', scope)).toBe(false)
  expect(truthy('inputs.n || steps.nobody.x', scope)).toBe(true)
})

test('a value that is only an expression keeps its type', () => {
  expect(
    fill(
      {
        a: '${{ inputs.n }}',
        b: ['n=${{ inputs.n }}, ${{ steps.sign-in.outputs.list }}'],
        c: '${{ inputs.none }}',
      },
      scope,
    ),
  ).toEqual({ a: 5, b: ['n=5, ["x",{"y":1}]'], c: null })
})

test('what is filled in is not read again', () => {
  expect(fill('${{ inputs.x }}', { inputs: { x: '${{ inputs.y }}' } })).toBe('${{ inputs.y }}')
})

test.each([
  ['inputs.scop', 'inputs.scope'],
  ['steps.signin.outputs', 'steps.sign-in.outputs'],
  ['inputs.zzz', undefined],
  ['inputs.constructor', undefined],
  ['inputs.scope.length', undefined],
])('%s is not there', (path, suggestion) => {
  try {
    evaluate(path, scope)
    expect.unreachable()
  } catch (error) {
    expect(error).toBeInstanceOf(UnknownPath)
    expect(error).toMatchObject({ path, suggestion })
  }
})

test.each([
  'inputs.',
  'inputs.a +',
  'a b',
  '(a',
  '"a" == a',
  "'a",
  '',
  'a[b]',
  'a = b',
  '&& a',
  'x'.repeat(2000),
])('%j is no expression', (text) => {
  expect(() => evaluate(text, { a: 1, b: 1 })).toThrow(BadExpression)
})

test('an expression that is not closed, and one with operators outside if', () => {
  expect(() => fill('a ${{ inputs.n', scope)).toThrow('a ${{ is not closed by }}')
  expect(() => fill('${{ inputs.n == 5 }}', scope)).toThrow('a value reads one path')
})
