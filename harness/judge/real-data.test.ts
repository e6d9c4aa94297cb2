import { expect, test } from 'vitest'
import type { JsonObject } from '../../wire/json.ts'
import { endpoints, evidence } from './fixture.ts'
import { judge } from './judge.ts'

const person: JsonObject = {
  resourceType: 'Patient',
  id: '1',
  name: [{ family: 'Kowalczyk', given: ['Marta'] }],
  birthDate: '1971-03-04',
  telecom: [
    { system: 'phone', value: '(617) 482-9136' },
    { system: 'email', value: 'marta.kowalczyk@gmail.com' },
  ],
  address: [{ line: ['14 Elm Street'], city: 'Quincy', state: 'MA', postalCode: '02169' }],
}

function warned(resource: JsonObject, place = endpoints.fhir) {
  const hops = [
    {
      from: 'app',
      to: 'fhir',
      url: `${endpoints.fhir}/Patient/1`,
      response: { status: 200, body: resource },
      sides: ['client' as const],
    },
  ]
  const found = evidence({ steps: [{ id: 'read', hops }], actors: { fhir: { place } } })
  return judge(found).cases[0]!.realData
}

test('a patient as a hospital has them is warned of once, in kinds of data and not the data', () => {
  const bundle = {
    resourceType: 'Bundle',
    entry: [{ resource: person }, { resource: { ...person, id: '2' } }],
  }
  const [found, ...more] = warned(bundle) ?? []
  expect(more).toEqual([])
  expect(found).toMatchObject({ actor: 'fhir' })
  expect(found!.why).toContain('a telephone number, an e-mail address and a street address')
  expect(found!.why).not.toMatch(/Marta|Kowalczyk|617|gmail|Elm/)
})

test('a social security number is enough', () => {
  const ssn = { system: 'http://hl7.org/fhir/sid/us-ssn', value: '219-09-9124' }
  const { telecom, address, ...bare } = person
  expect(warned({ ...bare, identifier: [ssn] })).toHaveLength(1)
  expect(warned({ ...bare, identifier: [{ ...ssn, value: '999-09-9124' }] })).toBeUndefined()
})

test.each<[string, JsonObject]>([
  [
    'marked as test data',
    { meta: { security: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'HTEST' }] } },
  ],
  ['tagged in words', { meta: { tag: [{ display: 'Synthetic data' }] } }],
  ['named as Synthea does', { name: [{ family: 'Kowalczyk574', given: ['Marta12'] }] }],
  [
    'with identifiers of Synthea',
    { identifier: [{ system: 'https://github.com/synthetichealth/synthea', value: 'x' }] },
  ],
  ['named for a test', { name: [{ family: 'Connectathon', given: ['Marta'] }] }],
  [
    'that has a number of films and a host of examples',
    {
      telecom: [
        { system: 'phone', value: '617-555-0123' },
        { system: 'email', value: 'm@example.org' },
      ],
    },
  ],
  ['no person', { resourceType: 'Practitioner' }],
])('nothing is said of one %s', (_, over) => {
  expect(warned({ ...person, ...over })).toBeUndefined()
})

test('what cannot be read as text is no sign', () => {
  const odd = { toString: 1, valueOf: 1 }
  expect(warned({ ...person, resourceType: odd })).toBeUndefined()
  const telecom = ['phone', 'email'].map((system) => ({ system, value: odd }))
  const identifier = [{ system: 'http://hl7.org/fhir/sid/us-ssn', value: odd }]
  expect(
    warned({ ...person, telecom, identifier, address: [{ line: ['1 Elm'], postalCode: 'x', city: odd }] }),
  ).toBeUndefined()
})

test('nothing is said of a system that is simulated', () => {
  expect(warned(person, 'in-process')).toBeUndefined()
})
