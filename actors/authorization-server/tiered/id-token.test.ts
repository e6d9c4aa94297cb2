import { createHash, createHmac, createSign } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Bed, runs } from '../../fixture-bed.ts'
import { type Community, startCommunity } from '../../fixture-community.ts'
import { keyFor } from '../../fixture-keys.ts'
import {
  authorizationUrl,
  type Holder,
  Provider,
  SUBJECT,
  selfSigned,
  startHolder,
  Visitor,
  type Wrong,
} from './fixture.ts'

const bed = new Bed()
let community: Community
let idp: Provider
let holder: Holder

beforeAll(async () => {
  community = await startCommunity(bed)
  idp = await new Provider().start(bed, 'idp', community)
  holder = await startHolder(bed, community, { idp: idp.url })
})
afterAll(() => bed.close())
beforeEach(() => idp.forget())

const signIn = (more: Record<string, string> = {}) =>
  new Visitor(bed).open(authorizationUrl(holder, idp.url, more))

const nowS = () => Math.floor(Date.now() / 1000)
const encoded = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const partsOf = (compact: string) => compact.split('.') as [string, string, string]
const read = (part: string) => Buffer.from(part, 'base64url').toString()

/** A JWT whose payload is this text, signed as it should be. */
const signedText = (change: (payload: string) => string) => async (compact: string) => {
  const [header, payload] = partsOf(compact)
  const input = `${header}.${encoded(change(read(payload)))}`
  const signature = createSign('sha256').update(input).sign(idp.credential!.key, 'base64url')
  return `${input}.${signature}`
}

type Row = [name: string, check: string, wrong: () => Wrong | Promise<Wrong>]

const bad: Row[] = [
  ['no ID token', 'tiered-token-id-token', () => ({ tokens: { id_token: undefined } })],
  ['an ID token that is no JWT', 'tiered-id-token-format', () => ({ idToken: () => 'no.jwt' })],
  ['an encrypted one, as it seems', 'tiered-id-token-format', () => ({ idToken: () => 'a.b.c.d.e' })],
  [
    'a crit header',
    'tiered-id-token-format',
    () => ({
      idToken: (compact) => {
        const [header, ...rest] = partsOf(compact)
        return [encoded({ ...JSON.parse(read(header)), crit: ['exp'] }), ...rest].join('.')
      },
    }),
  ],
  [
    'two sub claims, the second of which is good',
    'tiered-id-token-members',
    () => ({ idToken: signedText((payload) => payload.replace('{', '{"sub":"a stranger",')) }),
  ],
  [
    'two sub claims, one of them written in escapes',
    'tiered-id-token-members',
    () => ({ idToken: signedText((payload) => payload.replace('{', '{"s\\u0075b":"a stranger",')) }),
  ],
  [
    'alg none',
    'tiered-id-token-algorithm',
    () => ({
      idToken: (compact) => {
        const [header, payload] = partsOf(compact)
        return `${encoded({ ...JSON.parse(read(header)), alg: 'none' })}.${payload}.`
      },
    }),
  ],
  [
    'HS256 with the public key as the secret',
    'tiered-id-token-algorithm',
    () => ({
      idToken: (compact, publicKey) => {
        const [header, payload] = partsOf(compact)
        const input = `${encoded({ ...JSON.parse(read(header)), alg: 'HS256' })}.${payload}`
        return `${input}.${createHmac('sha256', publicKey).update(input).digest('base64url')}`
      },
    }),
  ],
  [
    'an alg that is not the one of the key',
    'tiered-id-token-signature',
    () => ({
      idToken: (compact) => {
        const [header, payload, signature] = partsOf(compact)
        return `${encoded({ ...JSON.parse(read(header)), alg: 'ES256' })}.${payload}.${signature}`
      },
    }),
  ],
  [
    'a broken signature',
    'tiered-id-token-signature',
    () => ({ idToken: (compact) => compact.replace(/\.([\w-]+)$/, `.${'A'.repeat(342)}`) }),
  ],
  [
    'the signature of another key',
    'tiered-id-token-signature',
    async () => ({ key: await keyFor('somebody else') }),
  ],
  ['an x5c that is none', 'tiered-id-token-x5c', () => ({ header: { x5c: ['no certificate'] } })],
  ['an empty x5c', 'tiered-id-token-x5c', () => ({ header: { x5c: [] } })],
  [
    'a certificate that nobody issued',
    'tiered-id-token-chain',
    async () => {
      const key = await keyFor('somebody else')
      return { key, header: { x5c: [await selfSigned(key, idp.url)] } }
    },
  ],
  [
    'the certificate of somebody else in the community',
    'tiered-id-token-certificate',
    async () => {
      const { key, chain } = await community.issue(['https://somebody-else.example'], 'somebody else')
      return { key, header: { x5c: chain } }
    },
  ],
  ['another iss', 'tiered-id-token-issuer', () => ({ claims: { iss: 'https://somebody-else.example' } })],
  ['an iss with a slash more', 'tiered-id-token-issuer', () => ({ claims: { iss: `${idp.url}/` } })],
  ['no iss', 'tiered-id-token-issuer', () => ({ claims: { iss: undefined } })],
  ['another aud', 'tiered-id-token-audience', () => ({ claims: { aud: 'another-client' } })],
  ['no aud', 'tiered-id-token-audience', () => ({ claims: { aud: undefined } })],
  ['other audiences', 'tiered-id-token-audience', () => ({ claims: { aud: ['another-client'] } })],
  [
    'several audiences without azp',
    'tiered-id-token-authorized-party',
    () => ({ claims: { aud: ['client-1', 'another-client'] } }),
  ],
  ['another azp', 'tiered-id-token-authorized-party', () => ({ claims: { azp: 'another-client' } })],
  ['no exp', 'tiered-id-token-times', () => ({ claims: { exp: undefined } })],
  ['exp as a text', 'tiered-id-token-times', () => ({ claims: { exp: String(nowS() + 60) } })],
  ['no iat', 'tiered-id-token-times', () => ({ claims: { iat: undefined } })],
  ['an exp that has passed', 'tiered-id-token-expiry', () => ({ claims: { exp: nowS() - 10 } })],
  ['an iat in the future', 'tiered-id-token-issued-at', () => ({ claims: { iat: nowS() + 600 } })],
  ['an iat of long ago', 'tiered-id-token-issued-at', () => ({ claims: { iat: nowS() - 365 * 86_400 } })],
  ['another nonce', 'tiered-id-token-nonce', () => ({ claims: { nonce: 'another' } })],
  ['no nonce', 'tiered-id-token-nonce', () => ({ claims: { nonce: undefined } })],
  ['no sub', 'tiered-id-token-subject', () => ({ claims: { sub: undefined } })],
  ['an empty sub', 'tiered-id-token-subject', () => ({ claims: { sub: '' } })],
  ['a sub that is a list', 'tiered-id-token-subject', () => ({ claims: { sub: [SUBJECT] } })],
  ['a sub of 256 characters', 'tiered-id-token-subject', () => ({ claims: { sub: 's'.repeat(256) } })],
  [
    'an at_hash of another access token',
    'tiered-id-token-at-hash',
    () => ({ claims: { at_hash: Buffer.alloc(16).toString('base64url') } }),
  ],
  ['an at_hash that is no text', 'tiered-id-token-at-hash', () => ({ claims: { at_hash: 7 } })],
  ['an acr that is no text', 'tiered-id-token-authentication', () => ({ claims: { acr: 2 } })],
  ['an amr that is no list', 'tiered-id-token-authentication', () => ({ claims: { amr: 'pwd' } })],
  // max_age would never pass.
  ['an auth_time in an hour', 'tiered-id-token-auth-time', () => ({ claims: { auth_time: nowS() + 3600 } })],
  ['an auth_time that is a text', 'tiered-id-token-auth-time', () => ({ claims: { auth_time: 'now' } })],
]

describe.each(bad)('an ID token with %s', (_name, check, wrong) => {
  it(`lets nobody in: ${check}`, async () => {
    idp.wrong = await wrong()
    const { parameters } = await signIn()
    expect(parameters).toMatchObject({ error: 'invalid_idp', state: 'state-of-the-app' })
    expect(parameters).not.toHaveProperty('code')
  })
})

/** Without these, something else refuses: what cannot be read cannot be accepted. */
const indispensable = new Set([
  'tiered-token-id-token',
  'tiered-id-token-format',
  'tiered-id-token-algorithm',
  'tiered-id-token-subject',
])

describe.each(bad.filter(([, check]) => !indispensable.has(check)))(
  'an ID token with %s',
  (_name, check, wrong) => {
    it(`lets them in without ${check}, and without it alone`, async () => {
      idp.wrong = await wrong()
      const armed = await holder.actor.arm([{ inject: `skip/${check}` }])
      const { heading } = await signIn()
      expect(await holder.actor.disarm(armed)).toEqual([{ fault: `skip/${check}` }])
      expect(heading).toBe('Allow access?')
    })
  },
)

describe('an ID token', () => {
  it.each<[string, Wrong]>([
    [
      'with several audiences and this client as azp',
      { claims: { aud: ['client-1', 'b'], azp: 'client-1' } },
    ],
    [
      'without at_hash, acr, amr and auth_time',
      { claims: { at_hash: undefined, acr: undefined, amr: undefined, auth_time: undefined } },
    ],
    ['without x5c, by the key set of the provider', { header: { x5c: undefined, kid: 'k1' } }],
    ['without x5c and kid, by the only key', { header: { x5c: undefined } }],
  ])('%s is good', async (_name, wrong) => {
    idp.wrong = wrong
    expect((await signIn()).heading).toBe('Allow access?')
  })

  it.each<[string, Wrong]>([
    ['with another kid', { header: { x5c: undefined, kid: 'another' } }],
    [
      'of a provider whose configuration has another issuer',
      { header: { x5c: undefined }, openid: { issuer: 'https://somebody-else.example' } },
    ],
    ['of a provider without key set', { header: { x5c: undefined }, openid: { jwks_uri: undefined } }],
    [
      'of a provider whose key set is over http',
      { header: { x5c: undefined }, openid: { jwks_uri: 'http://idp.example/jwks' } },
    ],
    ['by a key that is for encryption', { header: { x5c: undefined }, jwk: { use: 'enc' } }],
    ['by a key that is none', { header: { x5c: undefined }, jwk: { n: 7 } }],
    ['by a shared secret in the key set', { header: { x5c: undefined }, jwk: { kty: 'oct', k: 'c2VjcmV0' } }],
    [
      'with a key set that is HTML',
      {
        header: { x5c: undefined },
        instead: { '/jwks': (reply) => reply.type('text/html').send('<h1>Hello</h1>') },
      },
    ],
    [
      'with a key set that does not come',
      { header: { x5c: undefined }, instead: { '/jwks': (reply) => reply.raw.destroy() } },
    ],
  ])('without x5c %s is not good', async (_name, wrong) => {
    idp.wrong = wrong
    expect((await signIn()).parameters).toMatchObject({ error: 'invalid_idp' })
  })

  it('signed with RS384 has an at_hash of SHA-384', async () => {
    idp.wrong = {
      header: { alg: 'RS384' },
      tokens: { access_token: 'an-access-token' },
      claims: {
        at_hash: createHash('sha384')
          .update('an-access-token')
          .digest()
          .subarray(0, 24)
          .toString('base64url'),
      },
    }
    expect((await signIn()).heading).toBe('Allow access?')
  })

  it('about a sign-in longer ago than the app allows is not good', async () => {
    idp.wrong = { claims: { auth_time: nowS() - 500 } }
    expect((await signIn({ max_age: '600' })).heading).toBe('Allow access?')
    expect((await signIn({ max_age: '400' })).parameters).toMatchObject({ error: 'invalid_idp' })
    idp.wrong = { claims: { auth_time: undefined } }
    expect((await signIn({ max_age: '400' })).parameters).toMatchObject({ error: 'invalid_idp' })
  })
})

it('an ID token whose certificate was revoked is not good', async () => {
  const inner = bed.inner()
  const strict = await startHolder(inner, community, { idp: idp.url }, { context: { policy: {} } })
  const open = () => new Visitor(bed).open(authorizationUrl(strict, idp.url))
  expect((await open()).heading).toBe('Allow access?')
  const revoked = await community.issue([idp.url], 'revoked')
  await community.revoke(revoked)
  idp.wrong = { key: revoked.key, header: { x5c: revoked.chain } }
  expect((await open()).parameters).toMatchObject({ error: 'invalid_idp' })
  await inner.close()
})

describe('whatever a provider says, there is an answer', () => {
  const said = (heading: string, error: string | undefined) =>
    heading === 'Allow access?' || error !== undefined

  it.each(['header', 'claims', 'tokens', 'userinfo', 'openid'] as const)('in its %s', async (part) => {
    const names = fc.constantFrom(
      'alg',
      'x5c',
      'kid',
      'crit',
      'iss',
      'sub',
      'aud',
      'azp',
      'exp',
      'iat',
      'nonce',
      'at_hash',
      'acr',
      'amr',
      'auth_time',
      'name',
      'token_type',
      'id_token',
      'userinfo_endpoint',
    )
    await fc.assert(
      fc.asyncProperty(fc.dictionary(names, fc.jsonValue(), { maxKeys: 3 }), async (wrong) => {
        // Who signs must be able to.
        if (part === 'header') for (const name of ['alg', 'crit']) delete wrong[name]
        idp.wrong = { [part]: wrong }
        const { status, heading, parameters } = await signIn()
        expect(status).toBeLessThan(500)
        expect(said(heading, parameters.error)).toBe(true)
      }),
      runs(20),
    )
  })
})
