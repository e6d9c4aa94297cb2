import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../wire/json.ts'
import { isOf, patientIn, patientsNamed } from './compartment.ts'
import type { Resource, ResourceType } from './data.ts'

const base = 'https://fhir.example/fhir'

it.each([
  ['Patient/p1', 'p1'],
  [`${base}/Patient/p1`, 'p1'],
  ['Patient/p1/_history/2', 'p1'],
  ['Patient/p1/', undefined],
  ['Patient/', undefined],
  ['patient/p1', undefined],
  ['/Patient/p1', undefined],
  ['p1', undefined],
  ['#p1', undefined],
  ['Group/p1', undefined],
  ['Patient/p1?x=y', undefined],
  ['Patient/../Patient/p1', undefined],
  ['urn:uuid:3f2c9d0e-0000-4000-8000-000000000001', undefined],
  ['https://other.example/fhir/Patient/p1', undefined],
  [`${base}x/Patient/p1`, undefined],
  ['https://FHIR.example/fhir/Patient/p1', undefined],
])('the reference %s is to the patient %s', (reference, id) => {
  expect(patientIn(reference, base)).toBe(id)
})

describe('the record of a patient', () => {
  const resource = (resourceType: ResourceType, more: JsonObject): Resource => ({
    resourceType,
    id: 'x',
    ...more,
  })
  const p1 = { reference: 'Patient/p1' }
  const p2 = { reference: 'Patient/p2' }
  it.each<[string, Resource, boolean]>([
    ['the Patient itself', resource('Patient', { id: 'p1' }), true],
    ['another Patient', resource('Patient', { id: 'p2' }), false],
    ['a Patient that is linked to it', resource('Patient', { id: 'p2', link: [{ other: p1 }] }), false],
    ['an Observation about them', resource('Observation', { subject: p1 }), true],
    ['an Observation about another', resource('Observation', { subject: p2 }), false],
    ['an Observation that they made', resource('Observation', { subject: p2, performer: [p1] }), false],
    ['an Observation about nobody', resource('Observation', {}), false],
    [
      'an Observation about a contained one',
      resource('Observation', { subject: { reference: '#p1' } }),
      false,
    ],
    ['an Observation with a text as subject', resource('Observation', { subject: 'Patient/p1' }), false],
    [
      'an Observation with an identifier as subject',
      resource('Observation', { subject: { type: 'Patient', identifier: { value: 'p1' } } }),
      false,
    ],
    ['a Condition', resource('Condition', { subject: p1 }), true],
    ['a Condition that they told of', resource('Condition', { subject: p2, asserter: p1 }), false],
    ['a MedicationRequest', resource('MedicationRequest', { subject: p1 }), true],
    ['an Encounter', resource('Encounter', { subject: p1 }), true],
    [
      'an Encounter by absolute URL',
      resource('Encounter', { subject: { reference: `${base}/Patient/p1` } }),
      true,
    ],
    ['a Coverage for them', resource('Coverage', { beneficiary: p1 }), true],
    ['a Coverage that they pay', resource('Coverage', { beneficiary: p2, payor: [p1] }), false],
    ['a Coverage with them as subject', resource('Coverage', { subject: p1 }), false],
  ])('%s', (_what, one, expected) => {
    expect(isOf('p1', one, base)).toBe(expected)
  })
})

it.each<[ResourceType, string, string[]]>([
  ['Observation', 'patient=p1', ['p1']],
  ['Observation', 'subject=Patient/p1', ['p1']],
  ['Observation', 'patient=p1,p2&subject=Patient/p3', ['p1', 'p2', 'p3']],
  ['Observation', `patient=${base}/Patient/p1`, ['p1']],
  ['Observation', 'patient=&code=1', []],
  ['Observation', 'subject=Group/p1', []],
  ['Observation', '_id=p1', []],
  ['Coverage', 'beneficiary=p2', ['p2']],
  ['Coverage', 'subject=p2', []],
  ['Patient', '_id=p1', ['p1']],
  ['Patient', 'identifier=p1', []],
])('a search for %s?%s names the patients %j', (type, query, ids) => {
  expect(patientsNamed(type, new URLSearchParams(query), base)).toEqual(ids)
})
