import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../wire/json.ts'
import { Bed, runs } from '../fixture-bed.ts'
import { startCommunity } from '../fixture-community.ts'
import { type AuthorizationStub, startAuthorizationStub, startResourceServer } from './fixture.ts'

const ana = { name: [{ family: 'Rivera', given: ['Ana'] }], birthDate: '1984-03-12' }
const mrn = (value: string) => ({ identifier: [{ system: 'urn:example:hospital:mrn', value }] })
const twin = {
  resourceType: 'Patient',
  id: 'p3',
  name: [{ family: 'RIVERA', given: ['Ána', 'María'] }],
  birthDate: '1984-03-12',
  gender: 'female',
}

const bed = new Bed()
let authorization: AuthorizationStub
let url: string
let twins: string
beforeAll(async () => {
  authorization = await startAuthorizationStub(bed)
  const community = await startCommunity(bed)
  url = (await startResourceServer(bed, authorization, { communities: [community] })).url
  const inner = await startResourceServer(bed, authorization, {
    communities: [community],
    data: [{ resourceType: 'Patient', id: 'p1', ...ana, ...mrn('1') }, twin],
  })
  twins = inner.url
})
afterAll(() => bed.close())

const scoped = async (base: string, scope: string) => ({
  authorization: `Bearer ${await authorization.token(base, { scope, patient: 'p2' })}`,
})
async function post(
  base: string,
  body: Json,
  { scope = 'system/Patient.s', type = 'application/fhir+json' } = {},
) {
  const headers = { ...(await scoped(base, scope)), 'content-type': type }
  return bed.call({ method: 'POST', url: `${base}/Patient/$match`, headers, body: JSON.stringify(body) })
}
const parameters = (patient: object, more: JsonObject[] = []) =>
  ({
    resourceType: 'Parameters',
    parameter: [{ name: 'resource', resource: { resourceType: 'Patient', ...patient } }, ...more],
  }) as JsonObject
interface Found {
  total: number
  entry?: {
    resource: { id: string }
    search: { mode: string; score: number; extension: { url: string; valueCode: string }[] }
  }[]
}
async function found(base: string, patient: object, more: JsonObject[] = []) {
  const answer = await post(base, parameters(patient, more))
  expect(answer.status).toBe(200)
  const { entry = [] } = answer.json() as unknown as Found
  return entry.map(({ resource, search }) => [resource.id, search.extension[0]?.valueCode, search.score])
}

describe('a description', () => {
  it.each<[string, object, unknown[]]>([
    ['of one', ana, [['p1', 'certain', 1]]],
    ['in other letters', { ...ana, name: [{ family: ' rivera', given: ['ANA'] }] }, [['p1', 'certain', 1]]],
    ['by number and birth date', { ...mrn('MRN-1001'), birthDate: '1984-03-12' }, [['p1', 'certain', 1]]],
    ['by number alone', mrn('MRN-1001'), [['p1', 'possible', 1]]],
    ['with another birth date', { ...ana, birthDate: '1984-03-13' }, [['p1', 'possible', 0.56]]],
    ['with another gender', { ...ana, gender: 'male' }, [['p1', 'probable', 0.9]]],
    ['with the number of somebody else', { ...ana, ...mrn('MRN-1002') }, [['p1', 'possible', 0.64]]],
    ['of nobody', { name: [{ family: 'Nobody', given: ['Here'] }], birthDate: '1900-01-01' }, []],
  ])('%s', async (_what, patient, expected) => {
    expect(await found(url, patient)).toEqual(expected)
  })

  it('that fits two is certain of neither when only one may be meant', async () => {
    const only = [{ name: 'onlyCertainMatches', valueBoolean: true }]
    expect(await found(twins, ana)).toEqual([
      ['p1', 'certain', 1],
      ['p3', 'certain', 1],
    ])
    expect(await found(twins, ana, only)).toEqual([])
    expect(await found(twins, { ...ana, ...mrn('1') }, only)).toEqual([['p1', 'certain', 1]])
    expect(await found(twins, ana, [{ name: 'count', valueInteger: 1 }])).toHaveLength(1)
  })
})

it('is behind a token that lets search patients, and opens no more than it', async () => {
  const path = `${url}/Patient/$match`
  expect((await bed.call({ method: 'POST', url: path })).status).toBe(401)
  expect((await post(url, parameters(ana), { scope: 'system/Patient.r' })).status).toBe(403)
  expect((await post(url, parameters(ana), { scope: 'system/Observation.rs' })).status).toBe(403)
  const others = await post(url, parameters(ana), { scope: 'patient/Patient.rs' })
  expect(others.json()).toMatchObject({ total: 0 })
  expect((await bed.call({ url: path, headers: await scoped(url, 'system/*.rs') })).status).toBe(405)
})

it.each<[string, Json, number]>([
  ['no Parameters', { resourceType: 'Patient' }, 400],
  ['a list', [], 400],
  ['no resource', { resourceType: 'Parameters', parameter: [] }, 400],
  ['a resource of another type', parameters({ resourceType: 'Group' }), 400],
  ['too little', parameters({ gender: 'female' }), 422],
  ['a count that is none', parameters(ana, [{ name: 'count', valueInteger: 0 }]), 400],
  ['a text for a boolean', parameters(ana, [{ name: 'onlyCertainMatches', valueBoolean: 'yes' }]), 400],
])('refuses %s', async (_what, body, status) => {
  const answer = await post(url, body)
  expect(answer.status).toBe(status)
  expect(answer.json()).toMatchObject({ resourceType: 'OperationOutcome' })
})

it('reads JSON only', async () => {
  expect((await post(url, parameters(ana), { type: 'text/plain' })).status).toBe(415)
})

it('answers whatever comes in, and never with a 5xx', async () => {
  const junk = fc.oneof(
    fc.jsonValue(),
    fc
      .jsonValue()
      .map((resource) => ({ resourceType: 'Parameters', parameter: [{ name: 'resource', resource }] })),
    fc
      .dictionary(fc.constantFrom('name', 'birthDate', 'identifier', 'telecom', 'address'), fc.jsonValue())
      .map((patient) => parameters({ ...ana, ...patient })),
  )
  const property = fc.asyncProperty(junk, async (body) => {
    expect((await post(url, body as Json)).status).toBeLessThan(500)
  })
  await fc.assert(property, runs(60))
})
