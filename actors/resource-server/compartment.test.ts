import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../wire/json.ts'
import { Bed } from '../fixture-bed.ts'
import { type Community, startCommunity } from '../fixture-community.ts'
import { type AuthorizationStub, startAuthorizationStub, startResourceServer } from './fixture.ts'

const bed = new Bed()
let authorization: AuthorizationStub
let north: Community
let url: string
beforeAll(async () => {
  authorization = await startAuthorizationStub(bed)
  north = await startCommunity(bed)
  url = (await startResourceServer(bed, authorization, { communities: [north] })).url
})
afterAll(() => bed.close())

/** Status, or the ids that were found. */
async function ask(claims: JsonObject, path: string, post?: string): Promise<number | unknown[]> {
  const headers: Record<string, string> = {
    authorization: `Bearer ${await authorization.token(url, claims)}`,
  }
  if (post !== undefined) headers['content-type'] = 'application/x-www-form-urlencoded'
  const form = post === undefined ? {} : { method: 'POST', body: post }
  const answer = await bed.call({ url: `${url}/${path}`, headers, ...form })
  const body = answer.json() as { total?: number; entry?: { resource: JsonObject }[] }
  if (body.total === undefined) return answer.status
  return (body.entry ?? []).map(({ resource }) => resource.id)
}

const ofP1 = { scope: 'patient/*.rs', patient: 'p1' }
const observations = ['p1-weight', 'p1-blood-pressure', 'p1-hemoglobin']

describe('a token for one patient', () => {
  it.each<[string, number | string[]]>([
    ['Patient/p1', 200],
    ['Observation/p1-weight', 200],
    ['Condition/p1-asthma', 200],
    ['MedicationRequest/p1-albuterol', 200],
    ['Encounter/p1-visit', 200],
    ['Coverage/p1-coverage', 200],
    ['Patient/p2', 404],
    ['Observation/p2-weight', 404],
    ['Condition/p2-diabetes', 404],
    ['MedicationRequest/p2-metformin', 404],
    ['Encounter/p2-stay', 404],
    ['Coverage/p2-coverage', 404],
    ['Patient', ['p1']],
    ['Observation', observations],
    ['Observation?patient=p1', observations],
    ['Observation?patient=Patient/p1&category=laboratory', ['p1-hemoglobin']],
    ['Observation?patient=p1,p2', observations],
    ['Observation?patient=p2&patient=p1', []],
    ['Observation?_id=p2-weight', []],
    ['Observation?subject=Group/p2', []],
    ['Coverage', ['p1-coverage']],
    ['Encounter', ['p1-visit']],
    ['Patient?identifier=MRN-1002', []],
    ['Patient?_id=p2', 403],
    ['Patient?_id=nobody', 403],
    ['Observation?patient=p2', 403],
    ['Observation?patient=nobody', 403],
    ['Observation?subject=Patient/p2', 403],
    ['Coverage?beneficiary=Patient/p2', 403],
  ])('%s: %j', async (path, expected) => {
    const seen = await ask({ ...ofP1 }, path)
    expect(seen).toEqual(expected)
  })

  it('finds no more by a form', async () => {
    expect(await ask(ofP1, 'Observation/_search', 'patient=p1')).toEqual(observations)
    expect(await ask(ofP1, 'Observation/_search', 'patient=p2')).toBe(403)
    expect(await ask(ofP1, 'Observation/_search?patient=p2', '')).toBe(403)
  })

  it('counts and pages only what it opens', async () => {
    const headers = { authorization: `Bearer ${await authorization.token(url, ofP1)}` }
    const first = (await bed.call({ url: `${url}/Observation?_count=2`, headers })).json()
    expect(first).toMatchObject({ total: 3, entry: [{}, {}], link: [{}, { relation: 'next' }] })
  })

  it('is told the same of what is not there and of what is another patient’s', async () => {
    const headers = { authorization: `Bearer ${await authorization.token(url, ofP1)}` }
    const answer = async (id: string) => {
      const { status, text } = await bed.call({ url: `${url}/Observation/${id}`, headers })
      return { status, text }
    }
    expect(await answer('p2-weight')).toEqual(await answer('nothing'))
  })

  it('tells who names another patient why it is refused', async () => {
    const headers = { authorization: `Bearer ${await authorization.token(url, ofP1)}` }
    const answer = await bed.call({ url: `${url}/Observation?patient=p2`, headers })
    expect(answer.status).toBe(403)
    expect(answer.headers['www-authenticate']).toContain('error="insufficient_scope"')
    expect(answer.json()).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ code: 'forbidden' }] })
  })
})

describe('what the scopes of one token open together', () => {
  const p1 = 'https://another.example/Patient/p1'
  it.each<[JsonObject, string, number | string[]]>([
    [{ scope: 'patient/*.rs', patient: 'p2' }, 'Patient', ['p2']],
    [{ scope: 'patient/*.read', patient: 'p1' }, 'Patient', ['p1']],
    [{ scope: 'patient/*.*', patient: 'p1' }, 'Patient/p2', 404],
    [{ scope: 'patient/*.write', patient: 'p1' }, 'Patient', 403],
    [{ scope: 'patient/*.rs' }, 'Patient', 403],
    [{ scope: 'patient/*.rs', patient: ['p1'] }, 'Patient', 403],
    [{ scope: 'patient/*.rs', patient: 'p9' }, 'Patient', []],
    [{ scope: 'patient/*.rs', patient: '' }, 'Patient', []],
    [{ scope: 'user/*.rs' }, 'Patient', ['p1', 'p2']],
    [{ scope: 'user/*.rs', fhirUser: 'Practitioner/d1' }, 'Patient', ['p1', 'p2']],
    [{ scope: 'user/*.rs', fhirUser: 'Practitioner/d1', patient: 'p1' }, 'Patient', ['p1', 'p2']],
    [{ scope: 'user/*.rs', fhirUser: 'Patient/p2' }, 'Patient', ['p2']],
    [{ scope: 'user/*.rs', fhirUser: 'Patient/p2' }, 'Observation?patient=p1', 403],
    [{ scope: 'user/*.rs', fhirUser: p1 }, 'Patient', 403],
    [{ scope: 'user/*.rs patient/*.rs', fhirUser: p1, patient: 'p2' }, 'Patient', ['p2']],
    [{ scope: 'user/*.rs patient/*.rs', fhirUser: 'Patient/p2', patient: 'p1' }, 'Patient', ['p1', 'p2']],
    [{ scope: 'user/*.rs patient/*.rs', fhirUser: 'Patient/p2' }, 'Patient', ['p2']],
    [{ scope: 'system/*.rs', patient: 'p1' }, 'Patient', ['p1', 'p2']],
    [{ scope: 'patient/Patient.rs system/Observation.rs', patient: 'p1' }, 'Patient', ['p1']],
    [{ scope: 'patient/Patient.rs system/Patient.r', patient: 'p1' }, 'Patient', ['p1']],
    [{ scope: 'patient/Patient.rs system/Patient.r', patient: 'p1' }, 'Patient/p2', 200],
    [
      { scope: 'patient/Observation.rs?category=laboratory', patient: 'p1' },
      'Observation',
      ['p1-hemoglobin'],
    ],
    [{ scope: 'patient/Observation.r?category=laboratory', patient: 'p1' }, 'Observation/p1-weight', 404],
    [{ scope: 'patient/Observation.r?category=laboratory', patient: 'p1' }, 'Observation/p1-hemoglobin', 200],
    [{ scope: 'patient/Observation.r?category=laboratory', patient: 'p1' }, 'Observation/p2-glucose', 404],
    [
      {
        scope:
          'patient/Observation.s?category=http://terminology.hl7.org/CodeSystem/observation-category|vital-signs',
        patient: 'p1',
      },
      'Observation',
      ['p1-weight', 'p1-blood-pressure'],
    ],
    [
      {
        scope: 'patient/Observation.s?category=laboratory patient/Observation.s?code=29463-7',
        patient: 'p1',
      },
      'Observation',
      ['p1-weight', 'p1-hemoglobin'],
    ],
  ])('%j: %s is %j', async (claims, path, expected) => {
    expect(await ask(claims, path)).toEqual(expected)
  })
})

it('keeps patients apart by introspection as well', async () => {
  const own = bed.inner()
  try {
    const stub = await startAuthorizationStub(own)
    const options = { communities: [north], policy: { tokens: 'introspection' } }
    const server = await startResourceServer(own, stub, options)
    stub.answers['/introspect'] = { status: 200, body: { active: true, ...ofP1 } }
    const get = async (path: string) =>
      (await own.call({ url: `${server.url}/${path}`, headers: { authorization: 'Bearer opaque' } })).status
    expect(await get('Patient/p1')).toBe(200)
    expect(await get('Patient/p2')).toBe(404)
    expect(await get('Observation?patient=p2')).toBe(403)
  } finally {
    await own.close()
  }
})

it('lets a token search in another record when it is told not to look, and says so', async () => {
  const own = bed.inner()
  try {
    const server = await startResourceServer(own, authorization, { communities: [north] })
    const headers = { authorization: `Bearer ${await authorization.token(server.url, ofP1)}` }
    const id = await server.arm([{ inject: 'skip/access-token-compartment' }])
    const answer = await own.call({ url: `${server.url}/Observation?patient=p2`, headers })
    expect(answer.json()).toMatchObject({ total: 3 })
    expect(await server.disarm(id)).toEqual([{ fault: 'skip/access-token-compartment' }])
  } finally {
    await own.close()
  }
})
