import { execFile } from 'node:child_process'
import { verify, X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, expect, it } from 'vitest'
import type { JsonObject } from '../../wire/json.ts'
import { decodeJwt } from '../../wire/jwt.ts'
import { parametersOf } from '../fixture.ts'
import { Bed } from '../fixture-bed.ts'
import { startCommunity } from '../fixture-community.ts'
import { type ServerOptions, startAuthorizationStub, startResourceServer } from './fixture.ts'

const beds: Bed[] = []
afterEach(async () => {
  for (const bed of beds.splice(0)) await bed.close()
})

async function open(options: Partial<ServerOptions> = {}) {
  const bed = new Bed()
  beds.push(bed)
  const north = await startCommunity(bed, 'north')
  const authorization = await startAuthorizationStub(bed)
  const server = await startResourceServer(bed, authorization, { communities: [north], ...options })
  const url = `${server.url}/.well-known/udap`
  const metadata = async (query = '') => (await bed.call({ url: `${url}${query}` })).json() as JsonObject
  return { bed, north, authorization, server, url, metadata }
}

/** Signature by node:crypto, which the server does not use for it. */
function verified(jwt: string) {
  const { header, claims, signature, signingInput } = decodeJwt(jwt)!
  const leaf = new X509Certificate(Buffer.from((header.x5c as string[])[0]!, 'base64'))
  const ok = verify('sha256', Buffer.from(signingInput), leaf.publicKey, Buffer.from(signature, 'base64url'))
  return { ok, header, claims, leaf }
}

it('says what the authorization server can do, with every field that the guide requires', async () => {
  const { authorization, server, metadata } = await open()
  const { signed_metadata, ...plain } = await metadata()
  const { token, registration } = authorization.peer.endpoints
  expect(plain).toEqual({
    udap_versions_supported: ['1'],
    udap_profiles_supported: ['udap_dcr', 'udap_authn', 'udap_authz'],
    udap_authorization_extensions_supported: ['hl7-b2b'],
    udap_authorization_extensions_required: ['hl7-b2b'],
    udap_certifications_supported: [],
    grant_types_supported: ['client_credentials'],
    scopes_supported: ['system/Patient.rs', 'system/Observation.rs'],
    token_endpoint: token,
    registration_endpoint: registration,
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS256', 'ES256'],
    registration_endpoint_jwt_signing_alg_values_supported: ['RS256', 'ES256'],
  })
  const { ok, header, claims, leaf } = verified(String(signed_metadata))
  expect(ok).toBe(true)
  expect(header).toMatchObject({ alg: 'RS256' })
  expect(leaf.subjectAltName).toBe(`URI:${server.url}`)
  expect(claims).toMatchObject({
    iss: server.url,
    sub: server.url,
    jti: expect.stringMatching(/.{16,}/),
    token_endpoint: token,
    registration_endpoint: registration,
  })
  expect(claims.aud).toBeUndefined()
  const now = Date.now() / 1000
  expect(claims.iat).toBeGreaterThan(now - 10)
  expect(claims.exp).toBeGreaterThan(now)
  expect(Number(claims.exp) - Number(claims.iat)).toBeLessThanOrEqual(365 * 24 * 3600)
})

it('offers the code grant with its endpoint, and then no longer demands the B2B object of everybody', async () => {
  const bed = new Bed()
  beds.push(bed)
  const north = await startCommunity(bed)
  const authorization = await startAuthorizationStub(bed)
  const authorization_endpoint = `${authorization.peer.url}/authorize`
  authorization.peer.endpoints.authorization = authorization_endpoint
  authorization.metadata!.grant_types_supported = ['client_credentials', 'authorization_code']
  const { url } = await startResourceServer(bed, authorization, { communities: [north] })
  const metadata = (await bed.call({ url: `${url}/.well-known/udap` })).json() as JsonObject
  expect(metadata).toMatchObject({ authorization_endpoint, udap_authorization_extensions_required: [] })
  expect(decodeJwt(String(metadata.signed_metadata))?.claims).toMatchObject({ authorization_endpoint })
})

it('repeats one signed JWT until it nears its end, by the clock of the scenario', async () => {
  const { server, metadata, authorization } = await open()
  const first = await metadata()
  expect(await metadata()).toEqual(first)
  expect(authorization.asked).toEqual(['/.well-known/oauth-authorization-server'])
  const jti = (body: JsonObject) => decodeJwt(String(body.signed_metadata))!.claims.jti
  await server.setClock(29 * 24 * 3600_000 + 1000)
  const later = await metadata()
  expect(jti(later)).not.toBe(jti(first))
  await server.setClock(0)
  expect(decodeJwt(String((await metadata()).signed_metadata))!.claims.iat).toBeLessThanOrEqual(
    Date.now() / 1000,
  )
})

it('signs with the certificate of the community that is asked for', async () => {
  const bed = new Bed()
  beds.push(bed)
  const [north, south] = [await startCommunity(bed, 'north'), await startCommunity(bed, 'south')]
  const server = await startResourceServer(bed, await startAuthorizationStub(bed), {
    communities: [north, south],
  })
  const leafFor = async (query: string) => {
    const { text } = await bed.call({ url: `${server.url}/.well-known/udap${query}` })
    const { ok, header } = verified(JSON.parse(text).signed_metadata)
    expect(ok).toBe(true)
    return (header.x5c as string[])[0]
  }
  const [ofNorth, ofSouth] = server.credentials.map((one) => one.chain[0])
  expect(await leafFor('')).toBe(ofNorth)
  expect(await leafFor('?community=urn:example:south')).toBe(ofSouth)
  expect(await leafFor('?community=urn%3Aexample%3Anorth')).toBe(ofNorth)
  expect(ofNorth).not.toBe(ofSouth)
})

it('signs with its renewed certificate from then on, and goes on with that of another community', async () => {
  const bed = new Bed()
  beds.push(bed)
  const [north, south] = [await startCommunity(bed, 'north'), await startCommunity(bed, 'south')]
  const server = await startResourceServer(bed, await startAuthorizationStub(bed), {
    communities: [north, south],
  })
  const signed = async (community: string) => {
    const { text } = await bed.call({ url: `${server.url}/.well-known/udap?community=${community}` })
    const { ok, header, claims } = verified(JSON.parse(text).signed_metadata)
    expect(ok).toBe(true)
    return { chain: header.x5c, jti: claims.jti }
  }
  const [ofNorth, ofSouth] = [await signed(north.uri), await signed(south.uri)]
  const renewed = await north.issue([server.url], 'renewed')
  expect((await server.act('credential/replace', { ...renewed }, 5000)).stopped).toBeUndefined()
  const after = await signed(north.uri)
  expect(after.chain).toEqual(renewed.chain)
  expect(after.chain).toHaveLength(2)
  expect(after.jti).not.toBe(ofNorth.jti)
  expect(await signed(south.uri)).toEqual(ofSouth)
  const west = { ...renewed, community: 'urn:example:west' }
  expect(await server.act('credential/replace', west, 5000)).toMatchObject({
    stopped: { check: 'missing-input', message: expect.stringContaining('urn:example:west') },
  })
})

it('has no metadata when it takes no part in UDAP, whatever is asked for', async () => {
  const { bed, url, authorization } = await open({ policy: { udap: 'unsupported' } })
  for (const query of ['', '?community=urn:example:north', '?community=urn:example:nowhere']) {
    const answer = await bed.call({ url: `${url}${query}` })
    expect(answer.status).toBe(404)
    expect(answer.json()).toMatchObject({ resourceType: 'OperationOutcome' })
  }
  expect(authorization.asked).toEqual([])
})

it('says more, and something else, in a community of which it is told so', async () => {
  const more = { scopes_supported: ['system/Patient.rs'], x_own: 'something' }
  const { metadata } = await open({
    metadata: { 'urn:example:north': more, 'urn:example:south': { x_other: 1 } },
  })
  const north = await metadata('?community=urn:example:north')
  expect(north).toMatchObject(more)
  expect(north).not.toHaveProperty('x_other')
})

it.each([
  ['metadata-response/unauthorized', 401],
  ['metadata-response/method-not-allowed', 405],
  ['metadata-response/no-content', 204],
  ['metadata-response/not-found', 404],
])('answers %s by %i, and says so on that hop', async (inject, status) => {
  const { bed, server, url } = await open()
  const id = await server.arm([{ inject }])
  expect((await bed.call({ url })).status).toBe(status)
  expect(await server.disarm(id)).toEqual([{ fault: inject }])
  const shown = (await bed.halves()).filter(({ faults }) => faults?.some(({ fault }) => fault === inject))
  expect(shown.map(({ side, request }) => [side, request?.url])).toEqual([['server', url]])
})

it('says which certifications its authorization server takes and wants', async () => {
  const { authorization, metadata } = await open()
  const supported = ['https://community.example/a', 'https://community.example/b']
  authorization.metadata = {
    ...authorization.metadata,
    udap_certifications_supported: supported,
    udap_certifications_required: supported.slice(1),
  }
  expect(await metadata()).toMatchObject({
    udap_certifications_supported: supported,
    udap_certifications_required: supported.slice(1),
  })
})

it('spoils what it signed before, too, and only as long as it is told to', async () => {
  const { server, metadata } = await open()
  const good = await metadata()
  const id = await server.arm([{ inject: 'signed-metadata/expired' }])
  const spoilt = await metadata()
  expect(await server.disarm(id)).toEqual([{ fault: 'signed-metadata/expired' }])
  expect(decodeJwt(String(spoilt.signed_metadata))?.claims.exp).toBeLessThan(Date.now() / 1000)
  expect(await metadata()).toEqual(good)
})

it.each([
  ['404', 404],
  ['204', 204],
  ['default', 200],
] as const)('answers for an unknown community as parameters say: %s', async (unknownCommunity, status) => {
  const spec = parametersOf('2.0.0', (parameters) => {
    parameters.discovery.unknownCommunity = unknownCommunity
  })
  const { bed, url, metadata } = await open({ spec })
  const answer = await bed.call({ url: `${url}?community=urn:example:nowhere` })
  expect(answer.status).toBe(status)
  if (status === 204) expect(answer.body).toHaveLength(0)
  if (status === 200) expect(answer.json()).toEqual(await metadata())
  expect((await bed.call({ url: `${url}?community=a&community=b` })).status).toBe(400)
})

it('says 503 while the authorization server cannot be asked, and goes on when it can', async () => {
  const { bed, url, authorization } = await open()
  const good = authorization.metadata
  for (const bad of [
    undefined,
    {},
    { ...good, issuer: 'https://other.example' },
    { ...good, scopes_supported: 'all' },
  ]) {
    authorization.metadata = bad
    const answer = await bed.call({ url })
    expect(answer.status).toBe(503)
    expect(answer.json()).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ code: 'transient' }] })
  }
  authorization.metadata = good
  expect((await bed.call({ url })).status).toBe(200)
})

it('is not started with a key that cannot make RS256', async () => {
  await expect(open({ algorithm: 'ec-p256' })).rejects.toThrow('needs an RSA key')
})

it('is understood by curl, which trusts nothing but the TLS root', async () => {
  const { bed, url, server } = await open()
  const folder = mkdtempSync(join(tmpdir(), 'udap-testbed-'))
  try {
    writeFileSync(join(folder, 'root.pem'), (await bed.tls()).roots.join('\n'))
    const curl = promisify(execFile)
    const { stdout } = await curl('curl', [
      '--fail',
      '--silent',
      '--noproxy',
      '*',
      '--cacert',
      join(folder, 'root.pem'),
      url,
    ])
    const { claims } = verified(JSON.parse(stdout).signed_metadata)
    expect(claims.iss).toBe(server.url)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
