/** The server suite of Inferno's UDAP kit, message by message, against a data holder of ours that follows STU 1. */
import { randomUUID, X509Certificate } from 'node:crypto'
import { compactVerify } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  Browser,
  leftBy,
  personOf,
  signInThrough,
} from '../../actors/authorization-server/authorization/fixture.ts'
import { answerOf, type Server } from '../../actors/authorization-server/fixture.ts'
import type { CallResponse } from '../../actors/call.ts'
import { startDataHolder } from '../../actors/data-holder/fixture.ts'
import { parametersOf } from '../../actors/fixture.ts'
import { Bed } from '../../actors/fixture-bed.ts'
import { type Community, startCommunity } from '../../actors/fixture-community.ts'
import { keyFor } from '../../actors/fixture-keys.ts'
import { Openssl } from '../../certs/fixture-openssl.ts'
import { toPem } from '../../certs/tls.ts'
import type { JsonObject } from '../../wire/json.ts'
import { decodeJwt } from '../../wire/jwt.ts'
import { type Grant, Inferno, REDIRECT_URI, V1_SCOPES } from './inferno.ts'

const CERT_ISS = 'https://inferno.org/udap_security_test_kit'
const ana = personOf('ana', { patients: ['p1'], fhirUser: 'Patient/p1' })
const bed = new Bed()
const openssl = new Openssl()
let community: Community
/** A certificate for each of the two flows: the second registration with one of them would be a modification. */
let inferno: Record<Grant, Inferno>
let holder: Server
let metadata: JsonObject

/** As its operator would set it up for Inferno; revocation is asked for. */
const policy = { httpRedirects: 'loopback', textExtensions: 'read' }

beforeAll(async () => {
  community = await startCommunity(bed)
  const asClient = async (grant: Grant) =>
    new Inferno(bed, await community.issue([`${CERT_ISS}/${grant}`], 'inferno'))
  inferno = {
    authorization_code: await asClient('authorization_code'),
    client_credentials: await asClient('client_credentials'),
  }
  holder = await startHolder(policy)
  // {baseURL} is typed without a trailing slash, or chomped.
  const answer = await bed.call({ url: `${holder.url}/.well-known/udap` })
  expect(answer.status).toBe(200)
  metadata = answer.json() as JsonObject
})
afterAll(async () => {
  await bed.close()
  await openssl.remove()
})

const startHolder = (of: JsonObject): Promise<Server> =>
  startDataHolder(bed, {
    community,
    context: { people: { ana }, spec: parametersOf('1.0.0'), policy: of },
    with: { users: ['ana'] },
  })

const endpoint = (name: string) => String(metadata[name])

async function register(grant: Grant, scope: string) {
  const client = inferno[grant]
  const claims = client.statement(endpoint('registration_endpoint'), grant, scope)
  const statement = await client.sign(claims)
  return { claims, statement, answer: await client.register(endpoint('registration_endpoint'), statement) }
}

test('discovery: the fields are there and of the right kind', () => {
  const lists = [
    'udap_versions_supported',
    'udap_profiles_supported',
    'udap_authorization_extensions_supported',
    'udap_authorization_extensions_required',
    'udap_certifications_supported',
    'grant_types_supported',
    'scopes_supported',
    'token_endpoint_auth_methods_supported',
    'token_endpoint_auth_signing_alg_values_supported',
    'registration_endpoint_jwt_signing_alg_values_supported',
  ]
  for (const name of lists) expect(metadata[name], name).toSatisfy(Array.isArray)
  expect(metadata.udap_versions_supported).toEqual(['1'])
  expect(metadata.token_endpoint_auth_methods_supported).toEqual(['private_key_jwt'])
  for (const name of ['authorization_endpoint', 'token_endpoint', 'registration_endpoint'])
    expect(URL.canParse(endpoint(name)), name).toBe(true)
})

test('discovery: signed_metadata is signed by the leaf of x5c, whose SAN is the base URL as it was typed', async () => {
  const jwt = String(metadata.signed_metadata)
  const { header, claims } = decodeJwt(jwt)!
  const leaf = new X509Certificate(Buffer.from((header.x5c as string[])[0]!, 'base64'))
  await compactVerify(jwt, leaf.publicKey)
  expect(leaf.subjectAltName).toContain(`URI:${claims.iss}`)
  expect(claims).toMatchObject({
    iss: holder.url,
    sub: holder.url,
    jti: expect.any(String),
    authorization_endpoint: endpoint('authorization_endpoint'),
    token_endpoint: endpoint('token_endpoint'),
    registration_endpoint: endpoint('registration_endpoint'),
  })
  expect(Number(claims.exp) - Number(claims.iat)).toBeLessThanOrEqual(365 * 24 * 3600)
})

test('discovery: OpenSSL trusts x5c by the root and the CRLs alone, each of them behind a plain GET', async () => {
  const x5c = decodeJwt(String(metadata.signed_metadata))!.header.x5c as string[]
  const chain = x5c.map((one) => Buffer.from(one, 'base64'))
  await openssl.writePem('leaf.pem', chain[0]!)
  await openssl.writePem('others.pem', ...chain.slice(1))
  await openssl.writePem('root.pem', Buffer.from(community.root, 'base64'))
  // Of each certificate in x5c and of the anchor; no redirect is followed, no issuer fetched.
  const crls: string[] = []
  for (const der of [...chain, Buffer.from(community.root, 'base64')])
    for (const url of await crlUrls(der)) crls.push(await crlFrom(url))
  expect(crls).toHaveLength(2)
  await openssl.write('crls.pem', crls.join(''))
  // V_FLAG_CRL_CHECK_ALL: a CRL of every issuer, the root's own for the root included.
  const flags = ['-crl_check', '-crl_check_all', '-CAfile', 'root.pem', '-untrusted', 'others.pem']
  const { text } = await openssl.run('verify', ...flags, '-CRLfile', 'crls.pem', 'leaf.pem')
  expect(text).toBe('leaf.pem: OK\n')
})

async function crlUrls(der: Buffer): Promise<string[]> {
  await openssl.write('one.pem', toPem(der))
  const { text } = await openssl.run('x509', '-in', 'one.pem', '-noout', '-ext', 'crlDistributionPoints')
  return [...text.matchAll(/URI:(\S+)/g)].map(([, url]) => url!)
}

async function crlFrom(url: string): Promise<string> {
  expect(url).toMatch(/^http:/)
  const { status, body } = await bed.call({ url })
  expect(status).toBe(200)
  await openssl.write('one.crl', body)
  return (await openssl.run('crl', '-inform', 'DER', '-in', 'one.crl')).text
}

test.each(['authorization_code', 'client_credentials'] as const)('registration for %s', async (grant) => {
  const scope = grant === 'authorization_code' ? V1_SCOPES : 'system/*.read'
  const { claims, statement, answer } = await register(grant, scope)
  expect(answer.status, answer.text).toBe(201)
  const body = answer.json() as JsonObject
  expect(body.client_id).toMatch(/./)
  expect(body.software_statement).toBe(statement)
  expect(body.scope).toMatch(/\S/)
  expect(body.client_name).toMatch(/\S/)
  const same = ['grant_types', 'token_endpoint_auth_method', 'redirect_uris', 'response_types']
  for (const name of same) expect(body[name], name).toEqual(claims[name])
})

test('registrations that must fail: 400 and JSON', async () => {
  const url = endpoint('registration_endpoint')
  const client = inferno.authorization_code
  const good = client.statement(url, 'authorization_code', V1_SCOPES)
  const wrongIssuer = await client.sign({ ...good, iss: 'invalid_iss', sub: 'invalid_iss' })
  const wrongKey = await client.sign(good, await keyFor('a random one'))
  for (const statement of [wrongIssuer, wrongKey]) {
    const answer = await client.register(url, statement)
    expect(answerOf(answer)).toMatchObject({ status: 400, error: expect.any(String) })
    expect(answer.headers['content-type']).toMatch(/^application\/json/)
  }
})

test.each([
  ['with scope and aud', { scope: V1_SCOPES, aud: true }, 'GET'],
  ['with neither', {}, 'GET'],
  ['as POST', { scope: V1_SCOPES, aud: true }, 'POST'],
])(
  'authorization code flow, without PKCE, %s',
  async (_name, { scope, aud }: { scope?: string; aud?: boolean }, method) => {
    const { client_id } = (await register('authorization_code', V1_SCOPES)).answer.json() as JsonObject
    const state = randomUUID()
    const parameters = new URLSearchParams({
      response_type: 'code',
      client_id: String(client_id),
      redirect_uri: REDIRECT_URI,
      state,
      ...(scope !== undefined && { scope }),
      ...(aud && { aud: holder.url }),
    })
    const back = new URL(await signIn(parameters, method))
    expect(`${back.origin}${back.pathname}`).toBe(REDIRECT_URI)
    expect(back.searchParams.get('state')).toBe(state)
    const token = await inferno.authorization_code.requestToken(
      endpoint('token_endpoint'),
      String(client_id),
      back.searchParams.get('code')!,
    )
    expectToken(token)
    expect(token.json()).toMatchObject({ scope: expect.stringContaining('patient/*.read'), patient: 'p1' })
  },
)

/** Through the pages, until the browser is sent to Inferno: a local one, which is not there. */
async function signIn(parameters: URLSearchParams, method: string): Promise<string> {
  const browser = new Browser(bed)
  const url = endpoint('authorization_endpoint')
  if (method === 'GET') return signInThrough(browser, `${url}?${parameters}`, ana)
  let page = await browser.post(url, parameters)
  page = await browser.submit(page, { username: ana.username, password: ana.password })
  if (!page.left) page = await browser.submit(page, {}, 'Allow')
  return leftBy(page)
}

function expectToken(answer: CallResponse): void {
  expect(answer.status, answer.text).toBe(200)
  expect(answer.headers).toMatchObject({
    'cache-control': expect.stringContaining('no-store'),
    pragma: expect.stringContaining('no-cache'),
  })
  expect(answer.json()).toMatchObject({
    access_token: expect.stringMatching(/./),
    token_type: expect.stringMatching(/./),
  })
}

test('client credentials flow, without scope, its extensions in a string', async () => {
  const { client_id } = (await register('client_credentials', 'system/*.read')).answer.json() as JsonObject
  const answer = await inferno.client_credentials.requestToken(endpoint('token_endpoint'), String(client_id))
  expectToken(answer)
  expect(answer.json()).toMatchObject({ scope: 'system/*.read' })
})

test('what the guide does not allow is refused, unless the policy says otherwise', async () => {
  const strict = await startHolder({})
  const register = async (grant: Grant, scope: string) => {
    const client = inferno[grant]
    const claims = client.statement(`${strict.url}/register`, grant, scope)
    return answerOf(await client.register(`${strict.url}/register`, await client.sign(claims)))
  }
  expect(await register('authorization_code', V1_SCOPES)).toMatchObject({ error: 'invalid_redirect_uri' })
  const { client_id } = (await register('client_credentials', 'system/*.read')) as JsonObject
  const token = await inferno.client_credentials.requestToken(`${strict.url}/token`, String(client_id))
  expect(answerOf(token)).toMatchObject({
    status: 400,
    error: 'invalid_grant',
  })
})
