/** udap-dotnet as client app and as data holder: its messages against our data holder and our identity provider. */
import { createPublicKey, randomBytes, X509Certificate } from 'node:crypto'
import { compactVerify, createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Browser, personOf, signInThrough } from '../../actors/authorization-server/authorization/fixture.ts'
import { answerOf, B2B, type Server } from '../../actors/authorization-server/fixture.ts'
import { startDataHolder } from '../../actors/data-holder/fixture.ts'
import { Bed } from '../../actors/fixture-bed.ts'
import { type Community, startCommunity } from '../../actors/fixture-community.ts'
import { CREDENTIALS, startIdentityProvider } from '../../actors/identity-provider/fixture.ts'
import { Openssl } from '../../certs/fixture-openssl.ts'
import { toPem } from '../../certs/tls.ts'
import type { JsonObject } from '../../wire/json.ts'
import { decodeJwt } from '../../wire/jwt.ts'
import { CHALLENGE, sameBase, UdapDotnet, VERIFIER } from './udap-dotnet.ts'

const REDIRECT_URI = 'https://udaped.example/udapBusinessToBusiness'
const ana = personOf('ana', { patients: ['p1'] })
const bed = new Bed()
const openssl = new Openssl()
let community: Community
let holder: Server
let idp: Server

beforeAll(async () => {
  community = await startCommunity(bed)
  // Each asks whether certificates were revoked.
  const context = { policy: {} }
  holder = await startDataHolder(bed, {
    community,
    context: { ...context, people: { ana } },
    with: { users: ['ana'] },
  })
  idp = await startIdentityProvider(bed, [community], { context })
})
afterAll(async () => {
  await bed.close()
  await openssl.remove()
})

/** @param uri its first SAN, which it takes for iss */
const client = async (uri: string) => new UdapDotnet(bed, await community.issue([uri], uri))

const metadataOf = async ({ url }: Server, path = '/.well-known/udap') =>
  (await bed.call({ url: url + path })).json() as JsonObject

const backend = {
  grant_types: ['client_credentials'],
  client_name: 'udap-dotnet',
  contacts: ['mailto:Joseph.Shook@example.com'],
  token_endpoint_auth_method: 'private_key_jwt',
  scope: 'system/*.rs',
}
const withUser = {
  ...backend,
  grant_types: ['authorization_code'],
  logo_uri: 'https://udaped.example/images/UdapEdLogobyDesigner.png',
  scope: 'openid patient/*.rs',
  response_types: ['code'],
  redirect_uris: [REDIRECT_URI],
}

test('discovery: it believes signed_metadata', async () => {
  for (const server of [holder, idp]) {
    const metadata = await metadataOf(server)
    const jwt = String(metadata.signed_metadata)
    const { header, claims } = decodeJwt(jwt)!
    const leaf = new X509Certificate(Buffer.from((header.x5c as string[])[0]!, 'base64'))
    await compactVerify(jwt, leaf.publicKey)
    expect(leaf.subjectAltName).toContain(`URI:${claims.iss}`)
    expect(sameBase(`${server.url}/`, String(claims.iss))).toBe(true)
    expect(metadata.registration_endpoint_jwt_signing_alg_values_supported).toContain(header.alg)
  }
})

test('discovery: from the leaf alone it finds each issuer and its CRL by plain GETs', async () => {
  const { signed_metadata } = await metadataOf(holder)
  const [leaf] = decodeJwt(String(signed_metadata))!.header.x5c as string[]
  const anchor = new X509Certificate(Buffer.from(community.root, 'base64'))
  let current = new X509Certificate(Buffer.from(leaf!, 'base64'))
  for (let links = 0; current.fingerprint256 !== anchor.fingerprint256; links++) {
    expect(links).toBeLessThan(2)
    const issuer = current.checkIssued(anchor) ? anchor : await issuerOf(current)
    expect(current.verify(issuer.publicKey)).toBe(true)
    await expectGoodCrl(current, issuer)
    current = issuer
  }
})

/** One certificate in DER, as X509Certificate2 of .NET reads it. */
async function issuerOf({ infoAccess = '' }: X509Certificate): Promise<X509Certificate> {
  const url = /CA Issuers - URI:(\S+)/.exec(infoAccess)?.[1]
  const { status, body } = await bed.call({ url: url! })
  expect(status).toBe(200)
  return new X509Certificate(body)
}

async function expectGoodCrl(certificate: X509Certificate, issuer: X509Certificate): Promise<void> {
  await openssl.write('one.pem', toPem(certificate.raw))
  await openssl.write('issuer.pem', toPem(issuer.raw))
  const shown = await openssl.run('x509', '-in', 'one.pem', '-noout', '-ext', 'crlDistributionPoints')
  const { status, body } = await bed.call({ url: /URI:(\S+)/.exec(shown.text)![1]! })
  expect(status).toBe(200)
  await openssl.write('one.crl', body)
  const times = ['-lastupdate', '-nextupdate']
  const { text } = await openssl.run(
    'crl',
    '-inform',
    'DER',
    '-in',
    'one.crl',
    '-CAfile',
    'issuer.pem',
    '-noout',
    ...times,
  )
  expect(text).toContain('verify OK')
  const at = (name: string) => Date.parse(new RegExp(`${name}=(.*)`).exec(text)![1]!)
  expect(at('lastUpdate')).toBeLessThanOrEqual(Date.now())
  expect(at('nextUpdate')).toBeGreaterThan(Date.now())
}

test('client credentials: registers, gets a token, and cancels', async () => {
  const dotnet = await client('https://udap-dotnet.example/backend')
  const answer = await dotnet.register(`${holder.url}/register`, backend)
  expect(answerOf(answer)).toMatchObject({ status: 201, certifications: [], ...backend })
  const { client_id } = answer.json() as JsonObject
  const b2b = { 'hl7-b2b': B2B }
  const grant = { grant_type: 'client_credentials', scope: 'system/Patient.rs' }
  const token = await dotnet.requestToken(`${holder.url}/token`, String(client_id), grant, b2b)
  expect(answerOf(token)).toMatchObject({ status: 200, scope: 'system/Patient.rs', token_type: 'Bearer' })
  const cancelled = await dotnet.register(`${holder.url}/register`, { ...backend, grant_types: [] })
  expect(answerOf(cancelled)).toMatchObject({ status: 200, grant_types: [] })
  const late = await dotnet.requestToken(`${holder.url}/token`, String(client_id), grant, b2b)
  expect(answerOf(late)).toMatchObject({
    status: 400,
    error: 'invalid_client',
    error_description: expect.any(String),
  })
})

test('a refusal is JSON, which it reads below 500', async () => {
  const dotnet = await client('https://udap-dotnet.example/refused')
  const answer = await dotnet.register(`${holder.url}/register`, { ...backend, scope: 'nothing' })
  expect(answerOf(answer)).toMatchObject({
    status: 400,
    error: 'invalid_client_metadata',
    error_description: expect.any(String),
  })
  expect(answer.headers['content-type']).toMatch(/^application\/json/)
})

test('authorization code with PKCE', async () => {
  const dotnet = await client('https://udap-dotnet.example/app')
  const { client_id } = (await dotnet.register(`${holder.url}/register`, withUser)).json() as JsonObject
  const url = `${holder.url}/authorize?${authorization(String(client_id), withUser.scope, REDIRECT_URI)}`
  const code = new URL(await signInThrough(new Browser(bed), url, ana)).searchParams.get('code')!
  const token = await dotnet.requestToken(
    `${holder.url}/token`,
    String(client_id),
    exchange(code, REDIRECT_URI),
  )
  expect(answerOf(token)).toMatchObject({ status: 200, access_token: expect.any(String), patient: 'p1' })
})

/** Its state is all that it must remember, encrypted. */
const authorization = (client_id: string, scope: string, redirect_uri: string) =>
  new URLSearchParams({
    response_type: 'code',
    redirect_uri,
    client_id,
    scope,
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    state: `CfDJ8${randomBytes(900).toString('base64url')}`,
  })

const exchange = (code: string, redirect_uri: string) => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri,
  code_verifier: VERIFIER,
})

test('tiered OAuth: as a data holder it signs a person in at our identity provider', async () => {
  // Its OpenID configuration comes first: the issuer is the authority, each endpoint is below it.
  const openid = await metadataOf(idp, '/.well-known/openid-configuration')
  expect(openid.issuer).toBe(idp.url)
  const urls = Object.entries(openid).filter(([name]) => /_(endpoint|uri)$/.test(name))
  for (const [name, url] of urls) expect(String(url), name).toMatch(new RegExp(`^${idp.url}/`))

  const callback = 'https://holder.example/federation/udap-tiered/signin'
  const dotnet = await client('https://holder.example')
  const scope = 'udap openid email profile'
  const registered = await dotnet.register(`${idp.url}/register`, {
    ...withUser,
    scope,
    redirect_uris: [callback],
  })
  expect(registered.status, registered.text).toBe(201)
  const clientId = String((registered.json() as JsonObject).client_id)

  // No nonce.
  const url = `${openid.authorization_endpoint}?${authorization(clientId, scope, callback)}`
  const code = new URL(await signInThrough(new Browser(bed), url, CREDENTIALS)).searchParams.get('code')!
  const token = await dotnet.requestToken(String(openid.token_endpoint), clientId, exchange(code, callback))
  expect(token.status, token.text).toBe(200)

  // It knows RSA keys alone, those of the key set, and does not look at x5c.
  const keys = (await metadataOf(idp, new URL(String(openid.jwks_uri)).pathname)) as unknown as JSONWebKeySet
  const rsa = keys.keys.filter(({ n, e }) => n !== undefined && e !== undefined)
  for (const jwk of rsa)
    expect(() => createPublicKey({ key: jwk as JsonObject, format: 'jwk' })).not.toThrow()
  const { id_token } = token.json() as JsonObject
  const { payload } = await jwtVerify(String(id_token), createLocalJWKSet({ keys: rsa }), {
    issuer: [idp.url, `${idp.url}/`],
    audience: clientId,
    algorithms: ['RS256'],
  })
  expect(payload).toMatchObject({ sub: expect.any(String), email: 'ana@example.com' })
})
