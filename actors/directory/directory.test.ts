import fc from 'fast-check'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../wire/json.ts'
import type { Credential } from '../actor.ts'
import { registered, requestToken, type Server, signAssertion } from '../authorization-server/fixture.ts'
import { contextOf } from '../fixture.ts'
import { Bed, runs } from '../fixture-bed.ts'
import { type Community, startCommunity } from '../fixture-community.ts'
import { keyFor } from '../fixture-keys.ts'
import { directory } from './actor.ts'
import { With } from './with.ts'

const bed = new Bed()
let community: Community
let member: Credential
let other: Credential
let server: Server
beforeAll(async () => {
  community = await startCommunity(bed)
  member = await community.issue(['https://member.example'])
  other = await community.issue(['https://other.example'], 'other')
  server = await start()
})
afterAll(() => bed.close())

async function start(): Promise<Server> {
  const place = await bed.open('directory', directory)
  const url = `https://directory-c1.localhost:${place.port}`
  const endpoints = Object.fromEntries(
    Object.entries(directory.endpoints).map(([name, path]) => [name, url + path]),
  )
  const actor = await place.start(
    contextOf('directory', {
      kind: 'directory',
      url,
      peers: {
        directory: { kind: 'directory', url, endpoints, links: {} },
        holder: {
          kind: 'data-holder',
          title: 'North Clinic',
          url: 'https://north.example',
          endpoints,
          links: {},
        },
      },
      credentials: [await community.issue([url], 'directory')],
      anchors: [{ community: community.uri, certificates: [community.root] }],
      keys: [await keyFor('server')],
      tls: await bed.tls(['directory-c1.localhost']),
      policy: { revocation: 'off' },
    }),
    Value.Parse(With, Value.Default(With, { members: ['holder'] })),
  )
  return { actor, url, call: ({ path, ...request }) => bed.call({ ...request, url: url + path }) }
}

const tokens = new Map<string, string>()
async function tokenOf(credential: Credential, scope = 'system/Organization.cu system/Endpoint.cu') {
  const key = `${credential.uris[0]} ${scope}`
  const known = tokens.get(key)
  if (known) return known
  const id = await registered(server, credential, scope)
  const answer = await requestToken(server, await signAssertion(server, credential, id), { scope })
  const token = String((answer.json() as JsonObject).access_token)
  tokens.set(key, token)
  return token
}
async function write(path: string, body: Json, credential = member, method = 'POST') {
  const headers = {
    authorization: `Bearer ${await tokenOf(credential)}`,
    'content-type': 'application/fhir+json',
  }
  return server.call({ method, path, headers, body: JSON.stringify(body) })
}
const organization = (name: string) => ({ resourceType: 'Organization', name })
const endpoint = (managedBy: string, more: JsonObject = {}): JsonObject => ({
  resourceType: 'Endpoint',
  status: 'active',
  connectionType: { system: 'urn:example', code: 'hl7-fhir-rest' },
  payloadType: [{ text: 'any' }],
  managingOrganization: { reference: managedBy },
  address: 'https://south.example/fhir',
  ...more,
})
async function attested(name: string): Promise<string> {
  const answer = await write('/Organization', organization(name))
  expect(answer.status).toBe(201)
  return String((answer.json() as JsonObject).id)
}
interface Searchset {
  total: number
  entry?: { resource: JsonObject; search: { mode: string } }[]
}
async function found(query: string): Promise<string[]> {
  const answer = await server.call({ path: `/${query}` })
  expect(answer.status).toBe(200)
  const { entry = [] } = answer.json() as unknown as Searchset
  return entry.map(({ resource, search }) => `${search.mode} ${resource.resourceType}/${resource.id}`)
}

describe('everybody', () => {
  const both = ['match Organization/holder', 'include Endpoint/holder']
  it.each<[string, string[]]>([
    ['Organization', ['match Organization/holder']],
    ['Organization?name=north', ['match Organization/holder']],
    ['Organization?name=south', []],
    ['Organization?identifier=https://north.example', ['match Organization/holder']],
    ['Organization?name=north&_revinclude=Endpoint:organization', both],
    ['Organization?name=north&_include=Organization:endpoint&_revinclude=Endpoint:organization', both],
    ['Endpoint?connection-type=hl7-fhir-rest', ['match Endpoint/holder']],
    ['Endpoint?connection-type=ihe-xcpd', []],
    ['Endpoint?organization=holder', ['match Endpoint/holder']],
    [
      'Endpoint?organization=Organization/holder&_include=Endpoint:organization',
      ['match Endpoint/holder', 'include Organization/holder'],
    ],
  ])('searches %s', async (query, expected) => {
    expect(await found(query)).toEqual(expected)
  })

  it('reads an entry without a token, and is told what there is', async () => {
    const read = await server.call({ path: '/Endpoint/holder' })
    expect(read.json()).toMatchObject({ address: 'https://north.example', status: 'active' })
    const capabilities = (await server.call({ path: '/metadata' })).json()
    expect(capabilities).toMatchObject({
      rest: [{ resource: [{ type: 'Organization' }, { type: 'Endpoint' }] }],
    })
    const metadata = (await server.call({ path: '/.well-known/udap' })).json()
    expect(metadata).toMatchObject({
      grant_types_supported: ['client_credentials'],
      scopes_supported: expect.arrayContaining(['system/Organization.cu', 'system/Endpoint.write']),
    })
  })

  it('is told which include is none', async () => {
    expect((await server.call({ path: '/Endpoint?_include=Endpoint:nothing' })).status).toBe(400)
    expect((await server.call({ path: '/Endpoint?_include=constructor:name' })).status).toBe(400)
  })
})

describe('who has a token', () => {
  it('attests an organization and its endpoint, changes them, and they are found', async () => {
    const id = await attested('South Clinic')
    const created = await write('/Endpoint', endpoint(`Organization/${id}`))
    expect(created.status).toBe(201)
    const { id: endpointId } = created.json() as JsonObject
    expect(created.headers.location).toBe(`${server.url}/Endpoint/${endpointId}`)
    const moved = endpoint(`Organization/${id}`, { id: endpointId!, address: 'https://moved.example' })
    expect((await write(`/Endpoint/${endpointId}`, moved, member, 'PUT')).status).toBe(200)
    expect(await found(`Organization?name=South&_revinclude=Endpoint:organization`)).toEqual([
      `match Organization/${id}`,
      `include Endpoint/${endpointId}`,
    ])
    const read = await server.call({ path: `/Endpoint/${endpointId}` })
    expect(read.json()).toMatchObject({ address: 'https://moved.example' })
  })

  it("breaks nobody else's search by what they attest", async () => {
    const odd = { toString: 1 }
    const body = {
      ...organization('Odd Clinic'),
      active: odd,
      identifier: [{ system: odd, value: odd }],
      type: [odd],
    }
    expect((await write('/Organization', body as unknown as Json)).status).toBe(201)
    expect(await found('Organization?name=odd&active=true&identifier=x&type=y')).toEqual([])
  })

  it('changes nothing that somebody else attested, or that was always there', async () => {
    const id = await attested('East Clinic')
    const renamed = { ...organization('West Clinic'), id }
    expect((await write(`/Organization/${id}`, renamed, other, 'PUT')).status).toBe(403)
    expect((await write('/Endpoint', endpoint(`Organization/${id}`), other)).status).toBe(403)
    expect((await write('/Endpoint', endpoint('Organization/holder'))).status).toBe(403)
    const own = { ...organization('Mine'), id: 'holder' }
    expect((await write('/Organization/holder', own, member, 'PUT')).status).toBe(403)
    expect(await found('Organization?name=West')).toEqual([])
  })

  it.each<[string, string, Json, number]>([
    ['a resource of another type', '/Organization', { resourceType: 'Patient', id: 'p1' }, 400],
    ['no resource', '/Organization', [], 400],
    ['a book', '/Organization', { ...organization('x'), comment: 'x'.repeat(20_000) }, 413],
    ['an organization that has no name', '/Organization', { resourceType: 'Organization' }, 422],
    ['an endpoint of nobody', '/Endpoint', endpoint('Organization/nobody'), 422],
    ['an endpoint of a Patient', '/Endpoint', endpoint('Patient/p1'), 422],
    [
      'an endpoint without https',
      '/Endpoint',
      endpoint('Organization/holder', { address: 'http://x.example' }),
      422,
    ],
    ['an endpoint without status', '/Endpoint', endpoint('Organization/holder', { status: '' }), 422],
  ])('is refused %s', async (_what, path, body, status) => {
    const answer = await write(path, body)
    expect(answer.status).toBe(status)
    expect(answer.json()).toMatchObject({ resourceType: 'OperationOutcome' })
  })
})

it('takes no write without a token for it', async () => {
  const body = JSON.stringify(organization('X'))
  const type = { 'content-type': 'application/fhir+json' }
  const post = async (headers: Record<string, string>) =>
    (await server.call({ method: 'POST', path: '/Organization', headers: { ...type, ...headers }, body }))
      .status
  expect(await post({})).toBe(401)
  expect(await post({ authorization: `Bearer ${await tokenOf(other, 'system/Organization.rs')}` })).toBe(403)
  expect(await post({ authorization: `Bearer ${await tokenOf(other, 'system/Organization.read')}` })).toBe(
    403,
  )
  expect(await post({ authorization: `Bearer ${await tokenOf(other, 'system/Organization.write')}` })).toBe(
    201,
  )
})

it('answers whatever is written, and never with a 5xx', async () => {
  const headers = {
    authorization: `Bearer ${await tokenOf(member)}`,
    'content-type': 'application/fhir+json',
  }
  const path = fc.constantFrom('/Organization', '/Endpoint', '/Organization/holder', '/Endpoint/holder')
  const names = fc.constantFrom(
    'name',
    'managingOrganization',
    'endpoint',
    'partOf',
    'id',
    'meta',
    'identifier',
  )
  const body = fc.oneof(
    fc.string(),
    fc.jsonValue().map((one) => JSON.stringify(one)),
    fc.dictionary(names, fc.jsonValue()).map((one) => JSON.stringify({ ...endpoint('x'), ...one })),
    fc.dictionary(names, fc.jsonValue()).map((one) => JSON.stringify({ ...organization('x'), ...one })),
  )
  const property = fc.asyncProperty(fc.constantFrom('POST', 'PUT'), path, body, async (method, to, text) => {
    expect((await server.call({ method, path: to, headers, body: text })).status).toBeLessThan(500)
  })
  await fc.assert(property, runs(80))
})
