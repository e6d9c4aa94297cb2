import { X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JsonObject } from '../../wire/json.ts'
import { decodeJwt } from '../../wire/jwt.ts'
import { CLIENT_URI, register, type Server, signStatement } from '../authorization-server/fixture.ts'
import { Bed } from '../fixture-bed.ts'
import { type Community, startCommunity } from '../fixture-community.ts'
import { startIdentityProvider } from './fixture.ts'

const bed = new Bed()
let north: Community
let south: Community
let idp: Server

beforeAll(async () => {
  north = await startCommunity(bed)
  south = await startCommunity(bed, 'south')
  idp = await startIdentityProvider(bed, [north, south])
})
afterAll(() => bed.close())

const get = async (path: string) => (await idp.call({ path })).json() as JsonObject

const signedMetadata = async (query = '') => {
  const { signed_metadata: jwt } = await get(`/.well-known/udap${query}`)
  return decodeJwt(String(jwt))!
}

test('its UDAP metadata says what an identity provider does (guide, Tiered OAuth 6.2)', async () => {
  const { signed_metadata: signed, ...plain } = await get('/.well-known/udap')
  const endpoints = {
    authorization_endpoint: `${idp.url}/authorize`,
    token_endpoint: `${idp.url}/token`,
    registration_endpoint: `${idp.url}/register`,
  }
  expect(plain).toEqual({
    udap_versions_supported: ['1'],
    udap_profiles_supported: ['udap_dcr', 'udap_authn', 'udap_to'],
    udap_authorization_extensions_supported: [],
    udap_certifications_supported: [],
    grant_types_supported: ['authorization_code'],
    scopes_supported: ['openid', 'udap', 'profile', 'email'],
    ...endpoints,
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS256', 'ES256', 'RS384', 'ES384'],
    registration_endpoint_jwt_signing_alg_values_supported: ['RS256', 'ES256', 'RS384', 'ES384'],
  })
  expect(decodeJwt(String(signed))).toMatchObject({
    header: { alg: 'RS256' },
    claims: { iss: idp.url, sub: idp.url, ...endpoints },
  })
})

test('each community gets metadata signed by its own certificate', async () => {
  const leafOf = async (query: string) => {
    const { header } = await signedMetadata(query)
    return new X509Certificate(Buffer.from((header.x5c as string[])[0]!, 'base64'))
  }
  const inNorth = await leafOf(`?community=${north.uri}`)
  const inSouth = await leafOf(`?community=${south.uri}`)
  expect(inNorth.subjectAltName).toBe(`URI:${idp.url}`)
  expect(inSouth.subjectAltName).toBe(`URI:${idp.url}`)
  expect(inNorth.issuer).not.toBe(inSouth.issuer)
  expect((await leafOf('')).fingerprint256).toBe(inNorth.fingerprint256)
  expect((await idp.call({ path: '/.well-known/udap?community=urn:example:nowhere' })).status).toBe(204)
})

test('its OpenID configuration is that of an OpenID Provider of its issuer, and its facts agree', async () => {
  const document = await get('/.well-known/openid-configuration')
  expect(document).toMatchObject({
    issuer: idp.url,
    authorization_endpoint: `${idp.url}/authorize`,
    token_endpoint: `${idp.url}/token`,
    userinfo_endpoint: `${idp.url}/userinfo`,
    jwks_uri: `${idp.url}/jwks`,
    end_session_endpoint: `${idp.url}/end-session`,
    response_types_supported: ['code'],
    grant_types_supported: ['authorization_code'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    acr_values_supported: ['http://udap.org/ial1', 'http://udap.org/ial2', 'http://udap.org/ial3'],
  })
  const { jwks, ...published } = idp.actor.facts
  expect(document).toMatchObject(
    Object.fromEntries(Object.entries(published).filter(([name]) => name in document)),
  )
  expect(await get('/jwks')).toEqual(jwks)
  expect(published).toMatchObject({
    userinfo_endpoint: `${idp.url}/userinfo`,
    end_session_endpoint: `${idp.url}/end-session`,
  })
})

test('its key set holds the key of each of its certificates, with an id of its own', async () => {
  const { keys } = (await get('/jwks')) as { keys: { kid: string; n: string; use: string }[] }
  expect(keys).toHaveLength(3)
  expect(new Set(keys.map(({ kid }) => kid)).size).toBe(3)
  for (const community of [north, south]) {
    const { header } = await signedMetadata(`?community=${community.uri}`)
    const leaf = new X509Certificate(Buffer.from((header.x5c as string[])[0]!, 'base64'))
    const { n } = leaf.publicKey.export({ format: 'jwk' })
    expect(keys.filter((key) => key.n === n)).toEqual([expect.objectContaining({ alg: 'RS256', use: 'sig' })])
  }
})

test('a renewed certificate signs from then on, and its key is published', async () => {
  const credential = await north.issue([idp.url], 'renewed')
  const before = await get('/jwks')
  await idp.actor.act('credential/replace', { ...credential }, 5000)
  const { header } = await signedMetadata()
  expect(header.x5c).toEqual(credential.chain)
  const after = await get('/jwks')
  expect(after.keys).toHaveLength(3)
  expect(after).not.toEqual(before)
})

test('it takes registrations for the authorization code alone (guide, Registration 3)', async () => {
  const credential = await north.issue([CLIENT_URI])
  const statement = await signStatement(idp, credential)
  const answer = await register(idp, statement)
  expect(answer.status).toBe(400)
  expect(answer.json()).toMatchObject({ error: 'invalid_client_metadata' })
})
