import { X509Certificate } from 'node:crypto'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { JsonObject } from '../../wire/json.ts'
import { decodeJwt, type Jwt } from '../../wire/jwt.ts'
import { parseJson } from '../../wire/parse.ts'
import type { Credential } from '../actor.ts'
import { Browser } from '../authorization-server/authorization/fixture.ts'
import { CLIENT_URI, type Server } from '../authorization-server/fixture.ts'
import { Bed } from '../fixture-bed.ts'
import { type Community, startCommunity } from '../fixture-community.ts'
import { subjectOf } from '../people.ts'
import { ANA, authorizationUrl, redeem, registerClient, startIdentityProvider, walk } from './fixture.ts'

const SCOPE = 'openid udap profile email'

const bed = new Bed()
let north: Community
let south: Community
let idp: Server
let client: { id: string; credential: Credential }

beforeAll(async () => {
  north = await startCommunity(bed)
  south = await startCommunity(bed, 'south')
  idp = await startIdentityProvider(bed, [north, south])
  client = await clientOf(north)
})
afterAll(() => bed.close())

async function clientOf(community: Community, uri = CLIENT_URI) {
  const credential = await community.issue([uri], `client of ${community.uri}`)
  return { credential, id: await registerClient(idp, credential) }
}

async function tokens(by = client): Promise<{ access_token: string; id_token: string }> {
  const url = authorizationUrl(idp, by.id, { scope: SCOPE })
  const answer = await redeem(idp, by, await walk(new Browser(bed), url))
  return answer.json() as { access_token: string; id_token: string }
}

const leafOf = ({ header }: Pick<Jwt, 'header'>) =>
  new X509Certificate(Buffer.from((header.x5c as string[])[0]!, 'base64'))

/** As a relying party that knows nothing of UDAP. */
const verified = (jwt: string) =>
  jwtVerify(jwt, createLocalJWKSet(idp.actor.facts.jwks as unknown as JSONWebKeySet), {
    issuer: idp.url,
    audience: client.id,
    algorithms: ['RS256'],
  })

test('its certificate signs, and its key set holds the key of it (guide, Tiered OAuth 6.2)', async () => {
  const { id_token: jwt } = await tokens()
  const { header, claims } = decodeJwt(jwt)!
  const leaf = leafOf({ header })
  expect(leaf.subjectAltName).toBe(`URI:${idp.url}`)
  expect(header).toEqual({ alg: 'RS256', kid: expect.any(String), x5c: expect.any(Array) })
  expect((await jwtVerify(jwt, leaf.publicKey)).payload).toEqual(claims)
  expect((await verified(jwt)).payload).toEqual(claims)
  expect(claims).toMatchObject({
    ...ANA.claims,
    sub: subjectOf({ seed: 'a seed', case: 'c1' }, idp.url, 'ana'),
    jti: expect.any(String),
    at_hash: expect.any(String),
  })
  expect(Number(claims.exp) - Number(claims.iat)).toBeLessThanOrEqual(300)
})

test('it signs with the certificate of the community in which the client registered', async () => {
  const inNorth = decodeJwt((await tokens()).id_token)!
  const inSouth = decodeJwt((await tokens(await clientOf(south))).id_token)!
  const metadataOf = async ({ uri }: Community) => {
    const answer = await idp.call({ path: `/.well-known/udap?community=${uri}` })
    return decodeJwt(String((answer.json() as JsonObject).signed_metadata))!
  }
  expect(inNorth.header.x5c).toEqual((await metadataOf(north)).header.x5c)
  expect(inSouth.header.x5c).toEqual((await metadataOf(south)).header.x5c)
  expect(inNorth.header.x5c).not.toEqual(inSouth.header.x5c)
})

test('userinfo speaks of the same person, and says who says so (UDAP Tiered OAuth 4.4)', async () => {
  const { access_token: token, id_token: jwt } = await tokens()
  const answer = await idp.call({ path: '/userinfo', headers: { authorization: `Bearer ${token}` } })
  expect(answer.json()).toEqual({ ...ANA.claims, iss: idp.url, sub: decodeJwt(jwt)!.claims.sub })
})

test('it starts only when it can sign its metadata', async () => {
  const weak = startIdentityProvider(bed, [], {})
  await expect(weak).rejects.toThrow('has no certificate')
  const { issue, uri, root } = north
  const elliptic = await issue(['https://idp.example'], 'elliptic', 'ec-p256')
  const context = { credentials: [elliptic], anchors: [{ community: uri, certificates: [root] }] }
  await expect(startIdentityProvider(bed, [], { context })).rejects.toThrow('needs an RSA key')
})

describe('a wrong ID token', () => {
  async function armed(names: string[]): Promise<{ jwt: string; fired: string[] }> {
    const url = authorizationUrl(idp, client.id, { scope: SCOPE })
    const back = await walk(new Browser(bed), url)
    const id = await idp.actor.arm(names.map((inject) => ({ inject })))
    const answer = await redeem(idp, client, back)
    const fired = await idp.actor.disarm(id)
    const { id_token: jwt } = answer.json() as { id_token: string }
    return { jwt, fired: fired.map(({ fault }) => fault) }
  }

  async function wrong(name: string): Promise<string> {
    const { jwt, fired } = await armed([name])
    expect(fired).toEqual([name])
    return jwt
  }

  test('has two subjects in one text that is signed as it stands', async () => {
    const jwt = await wrong('id-token/two-subs')
    const payload = Buffer.from(jwt.split('.')[1]!, 'base64url').toString()
    expect(payload.match(/"sub":/g)).toHaveLength(2)
    expect(parseJson(payload)).toMatchObject({ sub: 'a-subject-that-nobody-knows' })
    await verified(jwt)
  })

  test('is signed by a certificate that nobody issued, of the same name', async () => {
    const jwt = await wrong('id-token/other-certificate')
    const leaf = leafOf(decodeJwt(jwt)!)
    expect(leaf.subjectAltName).toBe(`URI:${idp.url}`)
    expect(leaf.verify(leaf.publicKey)).toBe(true)
    await jwtVerify(jwt, leaf.publicKey)
    await expect(verified(jwt)).rejects.toThrow('signature verification failed')
  })

  test('has no certificate, and its key is still that of the key set', async () => {
    const jwt = await wrong('id-token/no-x5c')
    expect(decodeJwt(jwt)!.header.x5c).toBeUndefined()
    await verified(jwt)
  })

  test('without certificate, nothing about certificates can be wrong with it', async () => {
    const rest = ['x5c-base64url', 'x5c-leaf-last', 'x5c-leaf-only', 'alg-hs256', 'other-certificate']
    const names = ['no-x5c', ...rest].map((mutation) => `id-token/${mutation}`)
    const { jwt, fired } = await armed(names)
    expect(fired).toEqual(['id-token/no-x5c'])
    await verified(jwt)
  })

  test.each([
    ['bad-signature', 'signature verification failed'],
    ['other-key', 'signature verification failed'],
    ['alg-none', '"alg"'],
    ['alg-hs256', '"alg"'],
    ['unknown-key', 'no applicable key found'],
    ['wrong-issuer', '"iss"'],
    ['issuer-with-slash', '"iss"'],
    ['no-iss', '"iss"'],
    ['wrong-audience', '"aud"'],
    ['no-audience', '"aud"'],
    ['expired', '"exp"'],
    ['exp-as-text', '"exp"'],
  ])('%s is one that a relying party refuses', async (mutation, message) => {
    await expect(verified(await wrong(`id-token/${mutation}`))).rejects.toThrow(message)
  })

  test.each([
    ['no-nonce', { nonce: undefined }],
    ['wrong-nonce', { nonce: 'another-nonce' }],
    ['no-sub', { sub: undefined }],
    ['empty-sub', { sub: '' }],
    ['unknown-subject', { sub: 'a-subject-that-nobody-knows' }],
    ['wrong-azp', { azp: 'https://somebody-else.example' }],
    ['wrong-at-hash', { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }],
    ['no-acr', { acr: undefined }],
    ['no-amr', { amr: undefined }],
    ['amr-as-text', { amr: 'http://udap.org/aal3' }],
  ])('%s is signed like a right one', async (mutation, claims) => {
    const { payload } = await verified(await wrong(`id-token/${mutation}`))
    for (const [name, value] of Object.entries(claims)) expect(payload[name]).toEqual(value)
  })
})

test('an authorization response can lead astray in one thing at a time', async () => {
  const seen = async (mutation: string) => {
    const id = await idp.actor.arm([{ inject: `authorization-response/${mutation}` }])
    const url = await walk(new Browser(bed), authorizationUrl(idp, client.id))
    await idp.actor.disarm(id)
    return Object.fromEntries(new URL(url).searchParams)
  }
  expect(await seen('wrong-state')).toEqual({ code: expect.any(String), state: 'another-state' })
  expect(await seen('no-state')).toEqual({ code: expect.any(String) })
  expect(await seen('no-code')).toEqual({ state: 'a state' })
  expect(await seen('error')).toEqual({ error: 'temporarily_unavailable', state: 'a state' })
})
