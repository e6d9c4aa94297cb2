import { verify, X509Certificate } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../wire/json.ts'
import { decodeJwt, type Jwt } from '../../wire/jwt.ts'
import type { ActResult, Peer, StartedActor } from '../actor.ts'
import { authorizationServer } from '../authorization-server/actor.ts'
import { withDefaults } from '../authorization-server/fixture.ts'
import { contextOf, parametersOf } from '../fixture.ts'
import { Bed } from '../fixture-bed.ts'
import { type Community, startCommunity } from '../fixture-community.ts'
import { keyFor } from '../fixture-keys.ts'
import {
  type AuthorizationStub,
  startAuthorizationStub,
  startResourceServer,
} from '../resource-server/fixture.ts'
import { act, CLIENT_URI, type ClientOptions, startClient } from './fixture.ts'

const bed = new Bed()
/** Of one test. */
const clients = bed.inner()
let north: Community
let stub: AuthorizationStub
let fhir: Peer
beforeAll(async () => {
  north = await startCommunity(bed)
  stub = await startAuthorizationStub(bed)
  const server = await startResourceServer(bed, stub, { communities: [north] })
  fhir = server.peer
})
afterAll(() => bed.close())
afterEach(async () => {
  stub.answers = {}
  await clients.close()
})

type Options = Partial<ClientOptions> & { at?: Bed }
const start = ({ at = clients, ...options }: Options = {}) =>
  startClient(at, { peers: { fhir }, communities: [north], ...options })

/** A client that has discovered, and has registered unless told otherwise. */
async function ready({ registered = true, ...options }: Options & { registered?: boolean } = {}) {
  const client = await start(options)
  expect((await act(client, 'udap/discover')).stopped).toBeUndefined()
  stub.answers = {
    '/register': { status: 201, body: { client_id: 'c-1', scope: 'system/Patient.rs' } },
    '/token': {
      status: 200,
      body: { access_token: await stub.token(fhir.url), token_type: 'Bearer', expires_in: 300 },
    },
  }
  if (registered) await act(client, 'udap/register', { scope: 'system/Patient.rs system/Observation.rs' })
  return client
}

const halves = async () => [...(await bed.halves()), ...(await clients.halves())]
const sent = async ({ answer }: ActResult) => (await halves()).find((half) => half.id === answer)?.request
async function formOf(result: ActResult): Promise<Record<string, string>> {
  return Object.fromEntries(new URLSearchParams((await sent(result))?.body))
}
async function statementOf(result: ActResult): Promise<Jwt> {
  return decodeJwt(JSON.parse((await sent(result))?.body ?? '').software_statement)!
}

/** By node:crypto, which the client does not use for it. */
function isSigned({ header, signature, signingInput }: Jwt): boolean {
  const leaf = new X509Certificate(Buffer.from((header.x5c as string[])[0]!, 'base64'))
  const key = { key: leaf.publicKey, dsaEncoding: 'ieee-p1363' as const }
  return verify(
    header.alg === 'ES384' ? 'sha384' : 'sha256',
    Buffer.from(signingInput),
    key,
    Buffer.from(signature, 'base64url'),
  )
}

it.each(['2.0.0', '1.1.0'])('goes all the way with the real parties, under %s', async (version) => {
  const own = new Bed()
  try {
    const spec = parametersOf(version)
    const community = await startCommunity(own)
    const place = await own.open('as', authorizationServer)
    const url = `https://as-c1.localhost:${place.port}`
    const endpoints = Object.fromEntries(
      Object.entries(authorizationServer.endpoints).map(([name, path]) => [name, `${url}${path}`]),
    )
    const as: Peer = { kind: 'authorization-server', url, endpoints, links: {} }
    const { peer } = await startResourceServer(own, { ...stub, peer: as }, { communities: [community], spec })
    // Only now: the audience of the tokens is the resource server's URL.
    const context = contextOf('as', {
      kind: 'authorization-server',
      url,
      peers: { as, fhir: peer },
      anchors: [{ community: community.uri, certificates: [community.root] }],
      keys: [await keyFor('access tokens')],
      tls: await own.tls(['as-c1.localhost']),
      spec,
    })
    await place.start(context, withDefaults())
    const client = await startClient(own, {
      peers: { fhir: peer, as },
      communities: [community],
      spec,
    })
    expect(await act(client, 'udap/discover')).toMatchObject({ outputs: { status: 200 } })
    expect(await act(client, 'udap/register', { scope: 'system/Patient.rs' })).toMatchObject({
      outputs: {
        status: 201,
        client_id: expect.any(String),
        scope: 'system/Patient.rs',
        grant_types: ['client_credentials'],
      },
    })
    const token = await act(client, 'udap/token')
    expect(token).toMatchObject({
      outputs: { status: 200, token_type: 'Bearer', access_token: expect.any(String) },
    })
    const request = (await own.halves()).find((half) => half.id === token.answer)?.request?.body
    expect(new URLSearchParams(request).get('scope')).toBe(version === '2.0.0' ? 'system/Patient.rs' : null)
    expect((await act(client, 'fhir/search', { query: 'Patient?_count=1' })).outputs).toEqual({
      status: 200,
      total: 2,
    })
    expect((await act(client, 'fhir/read', { resource: 'Patient/p2' })).outputs).toEqual({ status: 200 })
    expect((await act(client, 'fhir/search', { query: 'Observation' })).outputs).toEqual({ status: 403 })
  } finally {
    await own.close()
  }
})

describe('udap/register', () => {
  it('sends a software statement as the guide wants it', async () => {
    const client = await ready({ registered: false })
    const result = await act(client, 'udap/register', {
      scope: 'system/Patient.rs',
      client_name: 'Payer backend',
    })
    const request = await sent(result)
    expect(request).toMatchObject({ method: 'POST', url: stub.peer.endpoints.registration })
    expect(request?.headers['content-type']).toBe('application/json')
    expect(Object.keys(JSON.parse(request?.body ?? ''))).toEqual(['software_statement', 'udap'])
    expect(JSON.parse(request?.body ?? '').udap).toBe('1')
    const statement = await statementOf(result)
    expect(isSigned(statement)).toBe(true)
    expect(statement.header.alg).toBe('RS256')
    const { iat, exp, jti, ...claims } = statement.claims
    expect(claims).toEqual({
      iss: CLIENT_URI,
      sub: CLIENT_URI,
      aud: stub.peer.endpoints.registration,
      client_name: 'Payer backend',
      contacts: ['mailto:operator@example.com'],
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'private_key_jwt',
      scope: 'system/Patient.rs',
    })
    expect(Number(exp) - Number(iat)).toBe(300)
    expect(Math.abs(Number(iat) - Date.now() / 1000)).toBeLessThan(10)
    const again = await statementOf(await act(client, 'udap/register', { scope: 'system/Patient.rs' }))
    expect(again.claims.jti).not.toBe(jti)
    expect(result.outputs).toEqual({ status: 201, client_id: 'c-1', scope: 'system/Patient.rs' })
  })

  it.each([
    ['ec-p256', 'ES256'],
    ['ec-p384', 'ES384'],
  ] as const)('signs with a key %s by %s', async (algorithm, alg) => {
    const credential = await north.issue([CLIENT_URI], `app ${algorithm}`, algorithm)
    const client = await ready({ registered: false, credentials: [credential] })
    const statement = await statementOf(await act(client, 'udap/register', { scope: 'system/Patient.rs' }))
    expect(statement.header.alg).toBe(alg)
    expect(isSigned(statement)).toBe(true)
  })

  it('shows the certificate of the community that the server is in', async () => {
    const south = await startCommunity(bed, 'south')
    const client = await start({ communities: [south, north] })
    expect((await act(client, 'udap/discover', { community: north.uri })).stopped).toBeUndefined()
    const { header } = await statementOf(await act(client, 'udap/register', { scope: 'x' }))
    const [issuer] = [new X509Certificate(Buffer.from((header.x5c as string[])[0]!, 'base64')).issuer]
    expect(issuer).toMatch(/north/i)
    const stranger = await start({ communities: [south], trusts: [north] })
    expect((await act(stranger, 'udap/discover', { community: north.uri })).stopped).toBeUndefined()
    expect(await act(stranger, 'udap/register', { scope: 'x' })).toMatchObject({
      stopped: {
        check: 'missing-input',
        message: 'app has no certificate of community urn:example:north, only of: urn:example:south.',
      },
    })
  })

  it('goes on after a refusal, and says what it was', async () => {
    const client = await ready({ registered: false })
    stub.answers['/register'] = {
      status: 400,
      body: { error: 'invalid_software_statement', error_description: 'no' },
    }
    const refused = await act(client, 'udap/register', { scope: 'x' })
    expect(refused.stopped).toBeUndefined()
    expect(refused.outputs).toEqual({
      status: 400,
      error: 'invalid_software_statement',
      error_description: 'no',
    })
    expect(await act(client, 'udap/token')).toMatchObject({
      stopped: { check: 'missing-input', message: expect.stringContaining('udap/register') },
    })
  })

  it('stops when it is registered but not told as whom', async () => {
    const client = await ready({ registered: false })
    for (const body of [{}, { client_id: 7 }, { client_id: '' }, [], 'x', null]) {
      stub.answers['/register'] = { status: 201, body }
      const { stopped, answer } = await act(client, 'udap/register', { scope: 'x' })
      expect(stopped).toMatchObject({ check: 'registration-response', refs: ['reg-036'] })
      expect(answer).toBeDefined()
    }
  })

  it('takes an empty list of grants as the end of its registration', async () => {
    const client = await ready()
    stub.answers['/register'] = { status: 200, body: { client_id: 'c-1', grant_types: [] } }
    expect((await act(client, 'udap/register', { scope: 'x', grant_types: [] })).outputs.grant_types).toEqual(
      [],
    )
    expect((await act(client, 'udap/token')).stopped?.check).toBe('registration-not-cancelled')
  })

  it('can send an expired statement of the right lifetime, or one that lives too long', async () => {
    const client = await ready({ registered: false })
    const withFault = async (inject: string) => {
      const id = await client.arm([{ inject }])
      const statement = await statementOf(await act(client, 'udap/register', { scope: 'x' }))
      expect(await client.disarm(id)).toEqual([{ fault: inject }])
      expect(isSigned(statement)).toBe(true)
      const { iat, exp } = statement.claims
      return { lifetime: Number(exp) - Number(iat), left: Number(exp) - Date.now() / 1000 }
    }
    const expired = await withFault('software-statement/expired')
    expect(expired.lifetime).toBe(300)
    expect(expired.left).toBeLessThan(-3500)
    const long = await withFault('software-statement/lifetime-too-long')
    expect(long.lifetime).toBe(301)
    expect(long.left).toBeGreaterThan(290)
  })

  it('follows the clock of the scenario', async () => {
    const client = await ready({ registered: false })
    await client.setClock(-3600_000)
    const { claims } = await statementOf(await act(client, 'udap/register', { scope: 'x' }))
    expect(Math.abs(Number(claims.iat) + 3600 - Date.now() / 1000)).toBeLessThan(10)
  })
})

describe('udap/token', () => {
  it('sends a form and an assertion as the guide wants them', async () => {
    const result = await act(await ready(), 'udap/token')
    const request = await sent(result)
    expect(request).toMatchObject({ method: 'POST', url: stub.peer.endpoints.token })
    expect(request?.headers).not.toHaveProperty('authorization')
    expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded')
    const { client_assertion, ...form } = await formOf(result)
    expect(form).toEqual({
      grant_type: 'client_credentials',
      scope: 'system/Patient.rs',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      udap: '1',
    })
    const assertion = decodeJwt(client_assertion ?? '')!
    expect(isSigned(assertion)).toBe(true)
    expect(assertion.claims).toMatchObject({
      iss: 'c-1',
      sub: 'c-1',
      aud: stub.peer.endpoints.token,
      jti: expect.any(String),
      extensions: {
        'hl7-b2b': {
          version: '1',
          organization_id: 'urn:example:organization',
          purpose_of_use: [expect.any(String)],
        },
      },
    })
    expect(Number(assertion.claims.exp) - Number(assertion.claims.iat)).toBe(300)
    expect(result.outputs).toMatchObject({
      status: 200,
      token_type: 'Bearer',
      expires_in: 300,
      access_token: expect.any(String),
    })
  })

  it('sends the extensions and the scope that it is told to', async () => {
    const extensions = { 'hl7-b2b': { version: '1', organization_id: 'https://payer.example' }, other: [1] }
    const form = await formOf(
      await act(await ready(), 'udap/token', { extensions, scope: 'system/Patient.r' }),
    )
    expect(form.scope).toBe('system/Patient.r')
    expect(decodeJwt(form.client_assertion ?? '')?.claims.extensions).toEqual(extensions)
  })

  it('sends no scope by itself where the version does not ask for one', async () => {
    const client = await ready({ spec: parametersOf('1.1.0') })
    expect(await formOf(await act(client, 'udap/token'))).not.toHaveProperty('scope')
  })

  it('goes on after a refusal, and stops at an answer that is no token', async () => {
    const client = await ready()
    stub.answers['/token'] = { status: 400, body: { error: 'invalid_client' } }
    expect(await act(client, 'udap/token')).toMatchObject({
      outputs: { status: 400, error: 'invalid_client' },
    })
    for (const body of [
      {},
      { access_token: 'x' },
      { access_token: 'x', token_type: 'mac' },
      { token_type: 'Bearer' },
      [],
    ]) {
      stub.answers['/token'] = { status: 200, body }
      expect((await act(client, 'udap/token')).stopped?.check).toBe('token-response')
    }
    expect(await act(client, 'fhir/read', { resource: 'Patient/p1' })).toMatchObject({
      stopped: { check: 'missing-input', message: expect.stringContaining('udap/token') },
    })
  })
})

describe('fhir', () => {
  let client: StartedActor
  beforeAll(async () => {
    client = await ready({ at: bed })
    await act(client, 'udap/token')
  })

  it('shows its token in the Authorization header', async () => {
    const result = await act(client, 'fhir/search', { query: 'Observation?patient=p1&_count=2' })
    expect(result.outputs).toEqual({ status: 200, total: 3 })
    const request = await sent(result)
    expect(request?.url).toBe(`${fhir.url}/Observation?patient=p1&_count=2`)
    expect(request?.headers.authorization).toMatch(/^Bearer ey/)
    expect((await act(client, 'fhir/read', { resource: 'Patient/p9' })).outputs).toEqual({ status: 404 })
  })

  it.each<[string, JsonObject]>([
    ['fhir/read', { resource: '../../jwks' }],
    ['fhir/read', { resource: 'Patient/p1?x' }],
    ['fhir/search', { query: '@evil.example/Patient' }],
    ['fhir/search', { query: 'Patient?a b' }],
    ['fhir/search', {}],
  ])('%s does not send the token anywhere else: %j', async (action, input) => {
    const before = (await halves()).length
    expect((await act(client, action, input)).stopped?.check).toBe('missing-input')
    expect(await halves()).toHaveLength(before)
  })
})
