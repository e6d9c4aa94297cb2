import { expect, test } from 'vitest'
import { evidence, nowS, registration } from '../../fixture.ts'
import { judge } from '../../judge.ts'
import { rule } from './reg-056.ts'

function result(lifetimeS: number, spec: string) {
  const hop = registration({ iat: nowS, exp: nowS + lifetimeS }, 201)
  const step = { id: 'register', expect: [{ status: 201 }], hops: [hop] }
  const [one] = judge(evidence({ steps: [step], actors: { app: { spec } } }), [rule]).cases
  const [finding] = one!.rules.find(({ id }) => id === rule.id)?.findings ?? []
  const verdict = one!.rules.find(({ id }) => id === rule.id)?.verdict ?? 'untouched'
  return finding ? `${verdict}: ${finding.expected}, saw ${finding.seen}` : verdict
}

test('reg-056 warns of a lifetime that the prose of 1.0.0 does not allow, and its table does', () => {
  expect(result(300, '1.0.0')).toBe('met')
  expect(result(60, '1.0.0')).toBe('warned: exp 300 s after iat, saw exp 60 s after iat')
})

test('reg-056 has nothing to say where reg-012 has, nor in later versions', () => {
  expect(result(301, '1.0.0')).toBe('untouched')
  expect(result(-1, '1.0.0')).toBe('untouched')
  expect(result(60, '1.1.0')).toBe('untouched')
})
