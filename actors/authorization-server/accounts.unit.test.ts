import { expect, test } from 'vitest'
import { contextOf } from '../fixture.ts'
import { createAccounts } from './accounts.ts'
import { personOf } from './authorization/fixture.ts'
import { withDefaults } from './fixture.ts'

const IDP = 'https://idp.example'
const peer = (url: string) => ({ kind: 'identity-provider' as const, url, endpoints: {}, links: {} })
const context = contextOf('holder', {
  peers: { idp: peer(IDP), other: peer('https://other.example') },
  people: { ana: personOf('ana', { patients: ['p1'], fhirUser: 'Patient/p1' }) },
})
const linkedAs = (link: { user?: string; patient?: string | string[]; fhirUser?: string }) => {
  const w = withDefaults({ links: [{ idp: 'idp', sub: 's', ...link }] })
  return createAccounts(context, 'https://holder.example', w).linked(IDP, 's')
}

test.each([
  ['their own', { user: 'ana' }, 'Patient/p1'],
  ['that of their record here', { user: 'ana', patient: 'x1' }, 'Patient/x1'],
  ['that of the first of their records here', { user: 'ana', patient: ['x1', 'x2'] }, 'Patient/x1'],
  [
    'what the link says',
    { user: 'ana', patient: ['x1', 'x2'], fhirUser: 'Practitioner/d1' },
    'Practitioner/d1',
  ],
])('the FHIR resource of who is linked is %s', (_what, link, fhirUser) => {
  expect(linkedAs(link)?.fhirUser).toBe(fhirUser)
})

test('a subject of one identity provider is nobody at another one', () => {
  const w = withDefaults({ links: [{ idp: 'idp', sub: 's', patient: 'x1' }] })
  const { linked } = createAccounts(context, 'https://holder.example', w)
  expect(linked('https://other.example', 's')).toBeUndefined()
  expect(linked(IDP, 's')?.patients).toEqual(['x1'])
  expect(linked(IDP, '__proto__')).toBeUndefined()
})
