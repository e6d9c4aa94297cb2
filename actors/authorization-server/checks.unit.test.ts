import { expect, test } from 'vitest'
import { loadSpec } from '../../spec/load.ts'
import { authorizationServer } from './actor.ts'

test('each check can be skipped by a name of its own and enforces rules that there are', () => {
  const names = authorizationServer.checks.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  const known = new Set(loadSpec(new URL('../../', import.meta.url)).requirements.map(({ id }) => id))
  for (const { name, refs } of authorizationServer.checks) {
    // The guide says nothing of introspection and revocation (docs/decisions/0005).
    if (!/^(introspection|revocation)-/.test(name)) expect(refs.length, name).toBeGreaterThan(0)
    expect(
      refs.filter((ref) => !known.has(ref)),
      name,
    ).toEqual([])
  }
})
