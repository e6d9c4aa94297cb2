import { expect, test } from 'vitest'
import { loadSpec } from '../../spec/load.ts'
import { authorizationServer } from './actor.ts'

/** What the guide leaves to others: RFC 7662 and 7009 (docs/decisions/0005), OpenID Connect, SMART App Launch, browsers. */
const OF_OTHERS =
  /^(introspection|revocation|userinfo|end-session|interaction|session|launch|patient|person)-|^authorization-(parameter-length|request-object|response-mode|id-token-hint|audience|launch)$|^tiered-(response-issuer|userinfo-subject)$/

test('each check can be skipped by a name of its own and enforces rules that there are', () => {
  const names = authorizationServer.checks.map(({ name }) => name)
  expect(new Set(names).size).toBe(names.length)
  const known = new Set(loadSpec(new URL('../../', import.meta.url)).requirements.map(({ id }) => id))
  for (const { name, refs } of authorizationServer.checks) {
    if (!OF_OTHERS.test(name)) expect(refs.length, name).toBeGreaterThan(0)
    expect(
      refs.filter((ref) => !known.has(ref)),
      name,
    ).toEqual([])
  }
})
