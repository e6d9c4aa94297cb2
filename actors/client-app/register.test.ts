import { verify, X509Certificate } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../wire/json.ts'
import { decodeJwt } from '../../wire/jwt.ts'
import type { Peer, StartedActor } from '../actor.ts'
import { Bed } from '../fixture-bed.ts'
import { type Community, startCommunity } from '../fixture-community.ts'
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
let south: Community
let stub: AuthorizationStub
let fhir: Peer
beforeAll(async () => {
  ;[north, south] = await Promise.all([startCommunity(bed, 'north'), startCommunity(bed, 'south')])
  stub = await startAuthorizationStub(bed)
  fhir = (await startResourceServer(bed, stub, { communities: [north, south] })).peer
})
afterAll(() => bed.close())
afterEach(() => clients.close())

/** A client that has discovered. */
async function ready(options: Partial<ClientOptions> = {}): Promise<StartedActor> {
  const client = await startClient(clients, { peers: { fhir }, communities: [north], ...options })
  expect((await act(client, 'udap/discover')).stopped).toBeUndefined()
  answers(201, { client_id: 'c-1' })
  return client
}

const answers = (status: number, body: unknown) => {
  stub.answers['/register'] = { status, body }
}

/** Bodies of all registration requests, in order. */
async function requests(): Promise<JsonObject[]> {
  const halves = await clients.halves()
  return halves
    .filter(({ request }) => request?.url === stub.peer.endpoints.registration)
    .map(({ request }) => JSON.parse(request?.body ?? ''))
}
const statementOf = (request: JsonObject | undefined) => decodeJwt(String(request?.software_statement))!
const leafOf = (jwt: string) => (decodeJwt(jwt)!.header.x5c as string[])[0]!
const certifiedBy = (jwt: string) => {
  const { header, signature, signingInput, claims } = decodeJwt(jwt)!
  const leaf = new X509Certificate(Buffer.from((header.x5c as string[])[0]!, 'base64'))
  expect(
    verify('sha256', Buffer.from(signingInput), leaf.publicKey, Buffer.from(signature, 'base64url')),
  ).toBe(true)
  return { uri: leaf.subjectAltName, claims, leaf }
}

describe('the software statement', () => {
  it('has what the code grant needs, its own logo among it', async () => {
    const client = await ready()
    const redirect_uris = ['https://app.example/callback']
    await act(client, 'udap/register', {
      scope: 'openid',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris,
    })
    const { claims } = statementOf((await requests())[0])
    expect(claims).toMatchObject({
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      redirect_uris,
      logo_uri: `${CLIENT_URI}/logo.png`,
    })
  })

  it('says what it is told to say', async () => {
    const client = await ready({ with: { logo: 'https://cdn.example/logo.gif' } })
    const wish = {
      scope: 'system/*.read',
      client_name: 'Other',
      contacts: ['mailto:a@example.com'],
      redirect_uris: ['https://app.example/a'],
      response_types: ['token'],
      logo_uri: 'https://cdn.example/logo.jpg',
      token_endpoint_auth_method: 'client_secret_basic',
    }
    await act(client, 'udap/register', wish)
    await act(client, 'udap/register', { scope: 'x', grant_types: ['authorization_code'], redirect_uris: [] })
    const [told, code] = (await requests()).map(statementOf)
    expect(told?.claims).toMatchObject(wish)
    expect(code?.claims.logo_uri).toBe('https://cdn.example/logo.gif')
  })

  it('names its own redirect URI for the code grant', async () => {
    const client = await ready()
    const { outputs } = await act(client, 'udap/register', {
      scope: 'x',
      grant_types: ['authorization_code'],
    })
    const [request] = await requests()
    const redirect_uris = [client.facts.redirect_uri]
    expect(redirect_uris).toEqual([`${CLIENT_URI}/callback`])
    expect(statementOf(request!).claims).toMatchObject({ redirect_uris, response_types: ['code'] })
    expect(outputs.redirect_uris).toEqual(redirect_uris)
  })

  it('stands beside other parameters without being changed by them', async () => {
    const client = await ready()
    const parameters = { scope: 'system/*.*', software_statement: 'x', note: [1] }
    await act(client, 'udap/register', { scope: 'system/Patient.rs', parameters, certifications: [] })
    const [request] = await requests()
    expect(request).toMatchObject({ scope: 'system/*.*', note: [1], udap: '1', certifications: [] })
    expect(statementOf(request).claims.scope).toBe('system/Patient.rs')
  })
})

it('serves its logo as a real PNG', async () => {
  const { port } = await startClient(clients, { peers: {}, communities: [north] })
  const answer = await clients.call({ url: `https://app-c1.localhost:${port}/logo.png` })
  expect(answer.headers['content-type']).toBe('image/png')
  expect(answer.body.subarray(0, 8)).toEqual(Buffer.from('89504e470d0a1a0a', 'hex'))
  expect(answer.body.subarray(-8, -4).toString()).toBe('IEND')
})

describe('certifications', () => {
  const fields = {
    certification_name: 'Example certification',
    certification_uris: ['https://community.example/certified'],
  }

  it('are signed by the client itself', async () => {
    const client = await ready()
    await act(client, 'udap/register', {
      scope: 'x',
      certifications: [{ ...fields, scope: 'system/*.rs', aud: [String(stub.peer.endpoints.registration)] }],
    })
    const [request] = await requests()
    const { claims, uri } = certifiedBy(String((request!.certifications as string[])[0]))
    expect(uri).toBe(`URI:${CLIENT_URI}`)
    expect(claims).toMatchObject({
      ...fields,
      iss: CLIENT_URI,
      sub: CLIENT_URI,
      aud: [stub.peer.endpoints.registration],
      scope: 'system/*.rs',
      grant_types: ['client_credentials'],
      jti: expect.any(String),
    })
  })

  it('say what comes with the authorization code grant', async () => {
    const client = await ready()
    const grant_types = ['authorization_code', 'refresh_token']
    await act(client, 'udap/register', { scope: 'x', certifications: [{ ...fields, grant_types }, fields] })
    const certifications = (await requests())[0]!.certifications as string[]
    const [code, plain] = certifications.map((one) => decodeJwt(one)!.claims)
    expect(code).toMatchObject({ grant_types, response_types: ['code'] })
    expect(plain).not.toHaveProperty('response_types')
  })

  it('are signed by somebody else, passed on as they are, and end with the certificate of the signer', async () => {
    const uri = 'https://certifier-c1.localhost'
    const credential = await north.issue([uri], 'certifier')
    const app: Peer = { kind: 'client-app', url: CLIENT_URI, endpoints: {}, links: {} }
    const certifier = await startClient(clients, {
      url: uri,
      peers: { app, fhir },
      communities: [north],
      credentials: [credential],
    })
    const made = await certifier.act('udap/certify', { client: 'app', ...fields }, 5000)
    const jwt = String(made.outputs.certification)
    const { claims, leaf } = certifiedBy(jwt)
    expect(claims).toMatchObject({ ...fields, iss: uri, sub: CLIENT_URI })
    expect(claims).not.toHaveProperty('aud')
    expect(Number(claims.exp) * 1000).toBeLessThanOrEqual(leaf.validToDate.getTime())
    expect(Number(claims.exp) - Number(claims.iat)).toBeLessThanOrEqual(3 * 365 * 24 * 3600)

    const client = await ready()
    answers(201, { client_id: 'c-1', certifications: [jwt] })
    const { outputs } = await act(client, 'udap/register', { scope: 'x', certifications: [jwt] })
    expect(outputs.certifications).toEqual([jwt])
    expect((await requests())[0]?.certifications).toEqual([jwt])
  })

  it('are of client apps only', async () => {
    const client = await startClient(clients, { peers: { fhir }, communities: [north] })
    expect((await client.act('udap/certify', { client: 'fhir', ...fields }, 5000)).stopped).toMatchObject({
      check: 'missing-input',
      message: expect.stringContaining('client app'),
    })
  })
})

describe('after unapproved_software_statement', () => {
  it('tries its certificate of another community, and goes on with it', async () => {
    const client = await ready({ communities: [north, south] })
    answers(400, { error: 'unapproved_software_statement' })
    const refused = await act(client, 'udap/register', { scope: 'x' })
    expect(refused.outputs).toMatchObject({ status: 400, error: 'unapproved_software_statement' })
    const leaves = (await requests()).map(({ software_statement }) => leafOf(String(software_statement)))
    expect(leaves).toHaveLength(2)
    expect(new Set(leaves).size).toBe(2)
    // Both have been tried now.
    expect((await act(client, 'udap/register', { scope: 'x' })).stopped?.check).toBe(
      'certificate-not-unapproved',
    )
    expect(await requests()).toHaveLength(2)
  })

  it('tries none again, until it is renewed or told to', async () => {
    const client = await ready()
    answers(400, { error: 'unapproved_software_statement' })
    await act(client, 'udap/register', { scope: 'x' })
    expect((await act(client, 'udap/register', { scope: 'x' })).stopped?.check).toBe(
      'certificate-not-unapproved',
    )
    const id = await client.arm([{ inject: 'skip/certificate-not-unapproved' }])
    expect((await act(client, 'udap/register', { scope: 'x' })).outputs.status).toBe(400)
    expect(await client.disarm(id)).toEqual([{ fault: 'skip/certificate-not-unapproved' }])
    await client.act('credential/replace', { ...(await north.issue([CLIENT_URI], 'renewed')) }, 5000)
    answers(201, { client_id: 'c-1' })
    expect((await act(client, 'udap/register', { scope: 'x' })).outputs.status).toBe(201)
  })

  it('takes no other certificate for any other refusal', async () => {
    const client = await ready({ communities: [north, south] })
    answers(400, { error: 'invalid_software_statement' })
    await act(client, 'udap/register', { scope: 'x' })
    expect(await requests()).toHaveLength(1)
  })
})

it('shows the same certificate until that is renewed, and then the new one', async () => {
  const client = await ready()
  await act(client, 'udap/register', { scope: 'x' })
  await act(client, 'udap/register', { scope: 'y' })
  const renewed = await north.issue([CLIENT_URI], 'renewed')
  await client.act('credential/replace', { ...renewed }, 5000)
  await act(client, 'udap/token')
  await act(client, 'udap/register', { scope: 'z' })
  const leaves = (await requests()).map(({ software_statement }) => leafOf(String(software_statement)))
  expect(leaves[1]).toBe(leaves[0])
  expect(leaves[2]).toBe(renewed.chain[0])
  const token = (await clients.halves()).find(({ request }) => request?.url === stub.peer.endpoints.token)
  expect(leafOf(new URLSearchParams(token?.request?.body).get('client_assertion')!)).toBe(renewed.chain[0])
  const strange = { ...renewed, community: 'urn:example:west' }
  expect((await client.act('credential/replace', strange, 5000)).stopped?.check).toBe('missing-input')
})

it('keeps its registrations in two communities apart', async () => {
  const client = await ready({ communities: [north, south] })
  await act(client, 'udap/register', { scope: 'x', community: north.uri })
  answers(201, { client_id: 'c-2' })
  expect((await act(client, 'udap/token', { community: south.uri })).stopped?.check).toBe('missing-input')
  await act(client, 'udap/discover', { community: south.uri })
  await act(client, 'udap/register', { scope: 'x' })
  answers(200, { client_id: 'c-2', grant_types: [] })
  await act(client, 'udap/register', { scope: 'x', grant_types: [] })
  expect((await act(client, 'udap/token')).stopped?.check).toBe('registration-not-cancelled')
  await act(client, 'udap/token', { community: north.uri })
  const [token] = (await clients.halves()).filter(({ request }) => request?.url === stub.peer.endpoints.token)
  const assertion = decodeJwt(new URLSearchParams(token?.request?.body).get('client_assertion')!)!
  expect(assertion.claims.iss).toBe('c-1')
  const issuers = (await requests()).map(
    ({ software_statement }) =>
      new X509Certificate(Buffer.from(leafOf(String(software_statement)), 'base64')).issuer,
  )
  expect(issuers).toEqual([/north/i, /south/i, /south/i].map((name) => expect.stringMatching(name)))
})

describe('a client_id that has ended', () => {
  /** `iss` of every client assertion, in order. */
  const issuers = async () =>
    (await clients.halves())
      .filter(({ request }) => request?.url === stub.peer.endpoints.token)
      .map(({ request }) => new URLSearchParams(request?.body).get('client_assertion')!)
      .map((assertion) => decodeJwt(assertion)!.claims.iss)

  it('is not used any more once the server gave another one, unless it is told to', async () => {
    const client = await ready()
    await act(client, 'udap/register', { scope: 'x' })
    answers(200, { client_id: 'c-2' })
    await act(client, 'udap/register', { scope: 'y' })
    await act(client, 'udap/token')
    const id = await client.arm([{ inject: 'skip/client-id-not-replaced' }])
    await act(client, 'udap/token')
    expect(await client.disarm(id)).toEqual([
      { fault: 'skip/client-id-not-replaced' },
      { fault: 'skip/client-id-not-replaced' },
      { fault: 'skip/client-id-not-replaced' },
    ])
    answers(200, { client_id: 'c-2' })
    await act(client, 'udap/register', { scope: 'z' })
    await act(client, 'udap/token')
    expect(await issuers()).toEqual(['c-2', 'c-1', 'c-2'])
  })

  it('is not used after it was cancelled, also when there is a new one', async () => {
    const client = await ready()
    await act(client, 'udap/register', { scope: 'x' })
    answers(200, { client_id: 'c-1', grant_types: [] })
    await act(client, 'udap/register', { scope: 'x', grant_types: [] })
    const id = await client.arm([{ inject: 'skip/registration-not-cancelled' }])
    await act(client, 'udap/token')
    await client.disarm(id)
    expect((await act(client, 'udap/token')).stopped?.check).toBe('registration-not-cancelled')
    answers(201, { client_id: 'c-2' })
    await act(client, 'udap/register', { scope: 'x' })
    await act(client, 'udap/token')
    expect(await issuers()).toEqual(['c-1', 'c-2'])
  })
})
