import { expect, it } from 'vitest'
import { loadCommunities } from '../../spec/communities.ts'
import type { Json } from '../../wire/json.ts'
import { objectFlaw } from './community-objects.ts'

const network = loadCommunities(new URL('../../', import.meta.url))['urn:example:network']!
const [object] = network.extensions!

it.each<[string, Json, string | undefined]>([
  ['as it is defined', { version: '1', case_number: 'C-1' }, undefined],
  [
    'with a policy of the community',
    { version: '1', case_number: 'C-1', consent_policy: ['urn:example:consent-policy:opt-in'] },
    undefined,
  ],
  [
    'with another policy',
    { version: '1', case_number: 'C-1', consent_policy: ['urn:x'] },
    'consent_policy has something else',
  ],
  ['of another version', { version: '2', case_number: 'C-1' }, 'version must be equal to constant'],
  [
    'with something more',
    { version: '1', case_number: 'C-1', more: 1 },
    'must NOT have additional properties',
  ],
  ['null', null, 'it must be object'],
  ['a list', [], 'it must be object'],
  ['a text', 'case', 'it must be object'],
])('an object %s', (_, value, flaw) => {
  const seen = objectFlaw(value, object!, network)
  if (flaw === undefined) expect(seen).toBeUndefined()
  else expect(seen).toContain(flaw)
})

it.each<Json>([null, 7, 'a text', [], { consent_policy: { a: 1 } }, { consent_policy: [7] }])(
  'without a schema %j breaks nothing but rules',
  (value) => {
    const seen = objectFlaw(value, { rules: object!.rules! }, network)
    expect([undefined, 'consent_policy has something else than consentPolicies of the community']).toContain(
      seen,
    )
  },
)
