import { createHash, X509Certificate } from 'node:crypto'
import {
  createLocalJWKSet,
  decodeProtectedHeader,
  type JSONWebKeySet,
  type JWTPayload,
  jwtVerify,
} from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Credential } from '../../actor.ts'
import { replaceSigner } from '../../discovery/signer.ts'
import { Bed } from '../../fixture-bed.ts'
import { type Community, startCommunity } from '../../fixture-community.ts'
import { FHIR_URL } from '../fixture.ts'
import { codeOf, grantOf, type Seam, type SeamOptions, startSeam, tokensFor } from '../token/fixture.ts'
import { idToken } from './id-token.ts'

const bed = new Bed()
let seam: Seam

beforeAll(async () => {
  seam = await startSeam(bed)
})
afterAll(() => bed.close())

async function verified(at: Seam, idToken: string): Promise<JWTPayload> {
  const jwks = (await at.call({ path: '/jwks' })).json() as unknown as JSONWebKeySet
  const options = { algorithms: ['RS256'], issuer: at.url, audience: at.client.id }
  return (await jwtVerify(idToken, createLocalJWKSet(jwks), options)).payload
}

describe('an ID token', () => {
  test('says who signed in, when and how, for which client and with which access token', async () => {
    const { access_token, id_token } = await tokensFor(seam)
    const claims = await verified(seam, id_token)
    const hash = createHash('sha256').update(access_token).digest().subarray(0, 16).toString('base64url')
    expect(claims).toEqual({
      iss: seam.url,
      sub: seam.sub,
      aud: seam.client.id,
      iat: expect.any(Number),
      exp: claims.iat! + 300,
      jti: expect.any(String),
      auth_time: expect.any(Number),
      nonce: 'a nonce',
      acr: 'http://udap.org/ial2',
      amr: ['http://udap.org/aal3'],
      at_hash: hash,
      fhirUser: `${FHIR_URL}/Patient/p1`,
      name: 'Ana Example',
    })
    expect(claims.auth_time).toBeLessThan(claims.iat!)
  })

  test('has another jti each time', async () => {
    const [one, two] = [await tokensFor(seam), await tokensFor(seam)]
    expect((await verified(seam, one.id_token)).jti).not.toBe((await verified(seam, two.id_token)).jti)
  })

  test('has no nonce when none was sent', async () => {
    const { id_token } = await tokensFor(seam, codeOf(seam, { nonce: undefined }))
    expect(await verified(seam, id_token)).not.toHaveProperty('nonce')
  })

  test.each([
    ['openid', []],
    ['openid email', ['email']],
    ['openid phone', ['phone_number']],
    ['openid profile', ['name']],
    ['openid fhirUser', ['fhirUser']],
  ])('for %s tells %j of the person', async (scope, told) => {
    const { id_token } = await tokensFor(seam, codeOf(seam, { scopes: scope.split(' ') }))
    const claims = await verified(seam, id_token)
    expect(['email', 'phone_number', 'name', 'fhirUser'].filter((name) => name in claims)).toEqual(told)
  })

  test('cannot be made to say that it is somebody else by what is known of the person', async () => {
    const account = seam.inside.accounts.bySubject(seam.sub)!
    account.claims = { ...account.claims, iss: 'https://evil.example', sub: 'root', aud: 'all' }
    const { id_token } = await tokensFor(seam)
    expect(await verified(seam, id_token)).toMatchObject({ sub: seam.sub })
  })
})

describe('signed with a certificate', () => {
  let north: Community
  let south: Community
  let credentials: Credential[]
  let idp: Seam

  beforeAll(async () => {
    ;[north, south] = [await startCommunity(bed, 'northern'), await startCommunity(bed, 'southern')]
    const issue = (by: Community) => by.issue(['https://as-c1.localhost'], `idp ${by.uri}`)
    credentials = [await issue(north), await issue(south)]
    const options: SeamOptions = { role: 'identity-provider', context: { credentials } }
    idp = await startSeam(bed, options)
  })

  const chainOf = (idToken: string) => decodeProtectedHeader(idToken).x5c

  test('has x5c, and a kid whose key in the key set is that of the certificate', async () => {
    const { id_token } = await tokensFor(idp)
    await verified(idp, id_token)
    const { kid, x5c } = decodeProtectedHeader(id_token)
    const { keys } = (await idp.call({ path: '/jwks' })).json() as unknown as JSONWebKeySet
    const leaf = new X509Certificate(Buffer.from(x5c![0]!, 'base64')).publicKey.export({ format: 'jwk' })
    expect(keys.find((key) => key.kid === kid)).toMatchObject(leaf)
    expect(new Set(keys.map((key) => key.kid)).size).toBe(keys.length)
  })

  test('takes the certificate of the community of the client, else its first', async () => {
    expect(chainOf((await tokensFor(idp)).id_token)).toEqual(credentials[0]!.chain)
    const registered = idp.inside.clients.byId(idp.client.id)!
    const { client } = idp.inside.clients.register({ ...registered, community: south.uri })
    const southern = await idToken(idp.inside, grantOf(idp, { clientId: client.clientId }), 'a token')
    expect(chainOf(southern)).toEqual(credentials[1]!.chain)
  })

  test('uses a renewed certificate from then on', async () => {
    const renewed = await north.issue(['https://as-c1.localhost'], 'renewed')
    expect(replaceSigner(idp.inside.runtime, idp.inside.signers, renewed)).toBe(true)
    const { id_token } = await tokensFor(idp)
    expect(chainOf(id_token)).toEqual(renewed.chain)
    await verified(idp, id_token)
  })
})
