import { connect } from 'node:tls'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../wire/json.ts'
import { Bed, runs } from '../fixture-bed.ts'
import { startCommunity } from '../fixture-community.ts'
import { type AuthorizationStub, startAuthorizationStub, startResourceServer } from './fixture.ts'

const bed = new Bed()
let authorization: AuthorizationStub
let url: string
let headers: Record<string, string>
beforeAll(async () => {
  authorization = await startAuthorizationStub(bed)
  const server = await startResourceServer(bed, authorization, { communities: [await startCommunity(bed)] })
  url = server.url
  headers = { authorization: `Bearer ${await authorization.token(url, { exp: 9_999_999_999 })}` }
})
afterAll(() => bed.close())

interface Searchset {
  total: number
  link: { relation: string; url: string }[]
  entry?: { fullUrl: string; resource: JsonObject; search: { mode: string } }[]
}

const get = (path: string, more: Record<string, string> = {}) =>
  bed.call({ url: `${url}/${path}`, headers: { ...headers, ...more } })
async function found(query: string): Promise<string[]> {
  const answer = await get(query)
  expect(answer.status).toBe(200)
  const { total, entry = [] } = answer.json() as unknown as Searchset
  expect(total).toBe(entry.length)
  return entry.map(({ resource }) => String(resource.id))
}
const outcome = (code: string) => ({ resourceType: 'OperationOutcome', issue: [{ severity: 'error', code }] })

describe('search', () => {
  const weights = ['p1-weight', 'p2-weight']
  const ofP1 = ['p1-weight', 'p1-blood-pressure', 'p1-hemoglobin']
  it.each<[string, string[]]>([
    ['Patient', ['p1', 'p2']],
    ['Patient?_id=p2', ['p2']],
    ['Patient?_id=p1,p2', ['p1', 'p2']],
    ['Patient?_id=p1&_id=p2', []],
    ['Patient?_id=', ['p1', 'p2']],
    ['Patient?_id=,', ['p1', 'p2']],
    ['Patient?identifier=MRN-1001', ['p1']],
    ['Patient?identifier=urn:example:hospital:mrn|MRN-1002', ['p2']],
    ['Patient?identifier=urn:example:hospital:mrn|', ['p1', 'p2']],
    ['Patient?identifier=|MRN-1001', []],
    ['Patient?identifier=urn:example:other|MRN-1001', []],
    ['Patient?name=lucia', ['p1']],
    ['Patient?family=rIV', ['p1']],
    ['Patient?family=vera', []],
    ['Patient?given=Daniel,Ana', ['p1', 'p2']],
    ['Patient?gender=female', ['p1']],
    ['Patient?birthdate=1984', ['p1']],
    ['Patient?birthdate=1984-03-12', ['p1']],
    ['Patient?birthdate=lt1980', ['p2']],
    ['Patient?birthdate=ge1957-11-30&birthdate=le1984-03-12', ['p1', 'p2']],
    ['Patient?birthdate=gt1957-11-30', ['p1']],
    ['Patient?birthdate=ne1984', ['p2']],
    ['Observation?patient=p1', ofP1],
    ['Observation?patient=Patient/p1', ofP1],
    ['Observation?subject=Patient/p1', ofP1],
    ['Observation?subject=Group/p1', []],
    ['Observation?code=29463-7', weights],
    ['Observation?code=http://loinc.org|29463-7', weights],
    ['Observation?code=http://snomed.info/sct|29463-7', []],
    ['Observation?category=laboratory&patient=p1', ['p1-hemoglobin']],
    ['Observation?date=2026-01-14', ['p1-weight', 'p1-blood-pressure']],
    ['Observation?date=sa2026-01-14', ['p1-hemoglobin', 'p2-weight', 'p2-glucose', 'p2-hba1c']],
    ['Observation?date=eb2026-01-15T07:40:00Z', ['p1-weight', 'p1-blood-pressure']],
    ['Observation?date=2026-01-14T10:20:00%2B01:00', ['p1-weight']],
    ['Observation?date=ge2026-02&date=lt2026-03', ['p2-weight', 'p2-glucose', 'p2-hba1c']],
    ['Observation?status=final&patient=p1', ofP1],
    ['Condition?patient=p2', ['p2-diabetes', 'p2-hypertension']],
    ['Condition?clinical-status=resolved', ['p1-ankle-sprain']],
    ['Condition?code=http://snomed.info/sct|195967001', ['p1-asthma']],
    ['Condition?onset-date=lt2010', ['p1-asthma']],
    ['MedicationRequest?subject=Patient/p2&status=active', ['p2-metformin']],
    ['MedicationRequest?intent=plan', []],
    ['MedicationRequest?authoredon=ge2025-11', ['p1-albuterol']],
    ['Encounter?class=IMP', ['p2-stay']],
    ['Encounter?date=2026-02-03&status=finished', ['p2-visit']],
    ['Encounter?date=gt2026-03', ['p2-stay']],
    ['Coverage?beneficiary=Patient/p2', ['p2-coverage', 'p2-old-coverage']],
    ['Coverage?patient=p2&status=active', ['p2-coverage']],
    ['Coverage?identifier=urn:example:payer:member|M-2001', ['p1-coverage']],
  ])('%s finds what it asks for', async (query, ids) => {
    expect(await found(query)).toEqual(ids)
  })

  it('takes the absolute URL of a resource on this server as a reference', async () => {
    expect(await found(`Observation?subject=${url}/Patient/p1`)).toEqual(ofP1)
  })

  it('makes a searchset that says what was used and where each resource is', async () => {
    const bundle = (await get('Patient?family=Rivera&colour=red&_format=json')).json()
    expect(bundle).toMatchObject({
      resourceType: 'Bundle',
      type: 'searchset',
      total: 1,
      link: [{ relation: 'self', url: `${url}/Patient?family=Rivera` }],
      entry: [{ fullUrl: `${url}/Patient/p1`, resource: { id: 'p1' }, search: { mode: 'match' } }],
    })
    expect((await get('Patient?family=Nobody')).json()).not.toHaveProperty('entry')
  })

  it('pages: the total stays, and the next link leads through all of it', async () => {
    const ids: unknown[] = []
    let next: string | undefined = `${url}/Observation?_count=4`
    for (let page = 0; next && page < 5; page++) {
      const answer = await bed.call({ url: next, headers })
      const bundle = answer.json() as unknown as Searchset
      expect(bundle.total).toBe(6)
      ids.push(...(bundle.entry ?? []).map(({ resource }) => resource.id))
      next = bundle.link.find(({ relation }) => relation === 'next')?.url
    }
    expect(ids).toHaveLength(6)
    expect(new Set(ids).size).toBe(6)
    expect((await get('Observation?_count=0')).json()).toMatchObject({
      total: 6,
      link: [{ relation: 'self' }],
    })
  })

  it('refuses an unknown parameter only when it is asked to be strict', async () => {
    expect((await get('Patient?colour=red')).status).toBe(200)
    const answer = await get('Patient?colour=red', { prefer: 'return=minimal; handling=strict' })
    expect(answer.status).toBe(400)
    expect(answer.json()).toMatchObject(outcome('invalid'))
    expect(answer.text).toContain('has no search parameter')
    expect((await get('Patient?family=Rivera&_count=1', { prefer: 'handling=strict' })).status).toBe(200)
  })

  it.each([
    'Patient?_count=-1',
    'Patient?_count=many',
    'Patient?birthdate=yesterday',
    'Patient?birthdate=2024-02-30',
    'Patient?birthdate=2024-13',
    'Patient?birthdate=xx2024',
    'Patient?family:exact=Rivera',
    'Patient?identifier=a|b|c',
    `Patient?_id=${'a,'.repeat(201)}`,
  ])('%s is a bad request', async (query) => {
    const answer = await get(query)
    expect(answer.status).toBe(400)
    expect(answer.json()).toMatchObject(outcome('invalid'))
  })

  it('works as POST with a form as well', async () => {
    const post = (body: string, type = 'application/x-www-form-urlencoded') =>
      bed.call({
        method: 'POST',
        url: `${url}/Observation/_search?patient=p1`,
        headers: { ...headers, 'content-type': type },
        body,
      })
    const answer = await post('category=laboratory')
    expect(answer.json()).toMatchObject({
      total: 1,
      link: [{ relation: 'self', url: `${url}/Observation?patient=p1&category=laboratory` }],
      entry: [{ resource: { id: 'p1-hemoglobin' } }],
    })
    const refused = await post('{}', 'application/json')
    expect(refused.status).toBe(415)
    expect(refused.json()).toMatchObject(outcome('not-supported'))
    expect((await bed.call({ method: 'POST', url: `${url}/Observation/_search`, body: '' })).status).toBe(401)
  })

  it('has JSON only', async () => {
    expect((await get('Patient?_format=application/fhir%2Bjson')).status).toBe(200)
    const answer = await get('Patient?_format=xml')
    expect(answer.status).toBe(406)
    expect(answer.json()).toMatchObject(outcome('not-supported'))
  })
})

it('reads one resource, and says 404 for one that is not there', async () => {
  expect((await get('Observation/p2-glucose')).json()).toMatchObject({ valueQuantity: { unit: 'mg/dL' } })
  const answer = await get('Patient/p3')
  expect(answer.status).toBe(404)
  expect(answer.json()).toMatchObject(outcome('not-found'))
})

it('describes itself to anybody, and does what it describes', async () => {
  const answer = await bed.call({ url: `${url}/metadata` })
  const statement = answer.json() as unknown as {
    fhirVersion: string
    rest: {
      resource: { type: string; interaction: object[]; searchParam: { name: string; type: string }[] }[]
    }[]
  }
  expect(answer.headers['content-type']).toMatch('application/fhir+json')
  expect(statement).toMatchObject({
    resourceType: 'CapabilityStatement',
    status: 'active',
    kind: 'instance',
    fhirVersion: '4.0.1',
    format: ['json'],
  })
  const security = { service: [{ coding: [{ code: 'OAuth' }] }, { coding: [{ code: 'UDAP' }] }] }
  expect(statement.rest).toMatchObject([{ security }])
  for (const { type, interaction, searchParam } of statement.rest[0]!.resource) {
    expect(interaction).toEqual([{ code: 'read' }, { code: 'search-type' }])
    for (const { name, type: ofValue } of searchParam) {
      const value = ofValue === 'date' ? '2000' : 'x'
      const searched = await get(`${type}?${name}=${value}`, { prefer: 'handling=strict' })
      expect([name, searched.status]).toEqual([name, 200])
    }
  }
})

it.each([
  ['POST', 'Patient', 405, 'GET, HEAD'],
  ['DELETE', 'Patient/p1', 405, 'GET, HEAD'],
  ['PUT', 'metadata', 405, 'GET, HEAD, OPTIONS'],
  ['POST', '.well-known/udap', 405, 'GET, HEAD, OPTIONS'],
  ['OPTIONS', 'Patient', 405, 'GET, HEAD'],
  ['GET', 'Device', 404, undefined],
  ['GET', 'Patient/p1/_history', 404, undefined],
  ['POST', '', 404, undefined],
])('%s %s is answered with an OperationOutcome', async (method, path, status, allow) => {
  const answer = await bed.call({ method, url: `${url}/${path}`, headers })
  expect(answer.status).toBe(status)
  expect(answer.headers.allow).toBe(allow)
  expect(answer.json()).toMatchObject(outcome(status === 404 ? 'not-found' : 'not-supported'))
})

it.each([
  ['a URL that cannot be decoded', '%zz', 400, 'invalid'],
  ['an id that cannot be decoded', 'Patient/%ff', 400, 'invalid'],
  ['an id that is too long', `Patient/${'a'.repeat(5000)}`, 414, 'too-long'],
  ['a URL that is too long', `Patient?_id=${'a'.repeat(20_000)}`, 431, 'too-long'],
])('answers %s with an OperationOutcome', async (_what, path, status, code) => {
  const answer = await get(path)
  expect(answer.status).toBe(status)
  expect(answer.headers['content-type']).toMatch('application/fhir+json')
  expect(answer.json()).toMatchObject(outcome(code))
})

it.each(['.well-known/udap', '.well-known/udap?community=a&community=b', 'metadata'])(
  'lets scripts of any web origin read %s, and nothing else',
  async (path) => {
    const origin = 'https://app.example'
    const answer = await bed.call({ url: `${url}/${path}`, headers: { origin } })
    expect(answer.headers['access-control-allow-origin']).toBe('*')
    const asks = { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'x-a' }
    const preflight = await bed.call({ method: 'OPTIONS', url: `${url}/${path}`, headers: asks })
    expect(preflight.status).toBe(204)
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'access-control-allow-methods': 'GET, HEAD',
      'access-control-allow-headers': '*',
    })
    expect((await get('Patient', { origin })).headers).not.toHaveProperty('access-control-allow-origin')
  },
)

describe('whatever comes in, no answer is a 5xx', () => {
  const anything = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('p1', 'ge2024', 'a|b', ',', '\\', '%'),
  )
  const names = [
    '_id',
    '_count',
    '_offset',
    '_format',
    'identifier',
    'name',
    'birthdate',
    'patient',
    'date',
    'code',
    '__proto__',
  ]
  const name = fc.oneof(fc.constantFrom(...names), anything)
  const pairs = fc.array(fc.tuple(name, anything), { maxLength: 6 })
  const settings = runs(150)

  it('in a query', async () => {
    const property = fc.asyncProperty(
      fc.constantFrom('Patient', 'Observation'),
      pairs,
      async (type, query) => {
        const answer = await get(
          `${type}?${new URLSearchParams(query.map(([k, v]) => [k.toWellFormed(), v.toWellFormed()]))}`,
        )
        expect(answer.status).toBeLessThan(500)
      },
    )
    await fc.assert(property, settings)
  })

  it('in a path, a query or a header as raw bytes', async () => {
    const visible = fc.string({
      unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
      maxLength: 60,
    })
    const target = fc.oneof(
      visible.map((text) => `/fhir/${text}`),
      visible.map((text) => `/fhir/Patient/${text}`),
      visible.map((text) => `/fhir/.well-known/udap?community=${text}`),
      fc.constantFrom(
        '//',
        '*',
        '/fhir/%zz',
        '/fhir/Patient/%zz',
        '/fhir/Patient/%ff',
        'http://[bad/fhir/Patient',
        '/fhir/Patient?%zz',
      ),
    )
    const method = fc.constantFrom('GET', 'POST', 'PUT', 'OPTIONS', 'HEAD', 'TRACE')
    const property = fc.asyncProperty(method, target, visible, async (verb, path, value) => {
      const status = await raw(
        `${verb} ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${value}\r\nprefer: ${value}\r\n`,
      )
      expect(status).toBeGreaterThanOrEqual(200)
      expect(status).toBeLessThan(500)
    })
    await fc.assert(property, settings)
  })

  it('as a token with any header and claims', async () => {
    const json = fc.dictionary(
      fc.constantFrom('alg', 'kid', 'typ', 'crit', 'iss', 'aud', 'exp', 'nbf', 'scope'),
      fc.jsonValue(),
    )
    const property = fc.asyncProperty(json, json, async (header, claims) => {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
      const token = `${part({ alg: 'RS256', typ: 'at+jwt', ...header })}.${part(claims)}.AAAA`
      const answer = await bed.call({
        url: `${url}/Patient/p1`,
        headers: { authorization: `Bearer ${token}` },
      })
      expect(answer.status).toBe(401)
    })
    await fc.assert(property, settings)
  })

  /** Status of the answer to a request that no client library would send. */
  async function raw(head: string): Promise<number> {
    const { port, hostname } = new URL(url)
    const ca = (await bed.tls()).roots
    return new Promise((resolve, reject) => {
      let text = ''
      const socket = connect({ port: Number(port), host: '127.0.0.1', servername: hostname, ca }, () =>
        socket.write(`${head}connection: close\r\n\r\n`),
      )
      socket.setEncoding('latin1').on('data', (chunk: string) => {
        text += chunk
      })
      socket.on('error', reject)
      socket.on('close', () => resolve(Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1])))
    })
  }
})
