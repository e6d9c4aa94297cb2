import { createHmac, createPublicKey } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { JsonObject } from '../../wire/json.ts'
import type { ActResult, StartedActor } from '../actor.ts'
import { parametersOf } from '../fixture.ts'
import { Bed, runs } from '../fixture-bed.ts'
import { type Community, startCommunity } from '../fixture-community.ts'
import { keyFor } from '../fixture-keys.ts'
import { startAuthorizationStub, startResourceServer } from '../resource-server/fixture.ts'
import { act, type Changes, type MetadataStub, startClient, startMetadataStub } from './fixture.ts'

const bed = new Bed()
/** Of one test. */
const clients = bed.inner()
let north: Community
let south: Community
let stub: MetadataStub
let client: StartedActor
beforeAll(async () => {
  north = await startCommunity(bed, 'north')
  south = await startCommunity(bed, 'south')
  stub = await startMetadataStub(bed, north)
  client = await startClient(bed, { peers: { fhir: stub.peer }, communities: [north] })
})
afterAll(() => bed.close())
beforeEach(() => {
  stub.status = 200
})
afterEach(() => clients.close())

async function discover(changes: Changes = {}, input: JsonObject = {}, by = client) {
  stub.body = JSON.stringify(await stub.metadata(changes))
  return act(by, 'udap/discover', input)
}

const later = (seconds: number) => Math.floor(Date.now() / 1000) + seconds
const YEAR = 365 * 24 * 3600

it('believes good metadata, and says what it found', async () => {
  const { outputs, answer, stopped } = await discover()
  expect(stopped).toBeUndefined()
  expect(outputs).toEqual({
    status: 200,
    community: 'urn:example:north',
    token_endpoint: 'https://as.example/token',
    registration_endpoint: 'https://as.example/register',
    grant_types_supported: ['client_credentials'],
    scopes_supported: ['system/Patient.rs'],
  })
  const hop = (await bed.halves()).find((half) => half.id === answer)
  expect(hop?.request?.url).toBe(`${stub.peer.url}/.well-known/udap?community=urn%3Aexample%3Anorth`)
})

it('believes what the resource server says, in each community that it asks for', async () => {
  const own = new Bed()
  try {
    const [one, two] = [await startCommunity(own, 'north'), await startCommunity(own, 'south')]
    const server = await startResourceServer(own, await startAuthorizationStub(own), {
      communities: [one, two],
    })
    const app = await startClient(own, { peers: { fhir: server.peer }, communities: [one, two] })
    expect(await act(app, 'udap/discover')).toMatchObject({ outputs: { community: one.uri } })
    expect(await act(app, 'udap/discover', { community: two.uri })).toMatchObject({
      outputs: { community: two.uri },
    })
    const fetched = (await own.halves()).filter(
      (half) => half.actor === 'app' && half.request?.url.startsWith('http:'),
    )
    expect(fetched.length).toBeGreaterThanOrEqual(2)
    await two.revoke(server.credentials[1]!)
    const fresh = await startClient(own, { peers: { fhir: server.peer }, communities: [one, two] })
    expect(await act(fresh, 'udap/discover', { community: two.uri })).toMatchObject({
      stopped: { check: 'signed-metadata-chain', message: expect.stringContaining('revoked') },
    })
    expect(await act(fresh, 'udap/discover', { community: 'urn:example:nowhere' })).toMatchObject({
      stopped: { check: 'metadata-status' },
    })
  } finally {
    await own.close()
  }
})

/** The JWT with its signature bits changed. */
async function broken(): Promise<string> {
  const jwt = String((await stub.metadata()).signed_metadata)
  return `${jwt.slice(0, -12)}${jwt.slice(-12).replace(/[A-Za-z]/g, (c) => (c === 'A' ? 'B' : 'A'))}`
}

async function changedClaims(): Promise<string> {
  const [head, payload, signature] = String((await stub.metadata()).signed_metadata).split('.')
  const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString())
  const other = { ...claims, token_endpoint: 'https://evil.example/token' }
  return `${head}.${Buffer.from(JSON.stringify(other)).toString('base64url')}.${signature}`
}

async function hmac(): Promise<string> {
  const [, payload] = String((await stub.metadata()).signed_metadata).split('.')
  const head = Buffer.from(JSON.stringify({ alg: 'HS256', x5c: stub.credential.chain })).toString('base64url')
  const secret = createPublicKey(stub.credential.key).export({ type: 'spki', format: 'pem' })
  return `${head}.${payload}.${createHmac('sha256', secret).update(`${head}.${payload}`).digest('base64url')}`
}

async function unsecured(): Promise<string> {
  const [, payload] = String((await stub.metadata()).signed_metadata).split('.')
  return `${Buffer.from(JSON.stringify({ alg: 'none', x5c: stub.credential.chain })).toString('base64url')}.${payload}.`
}

const plain = (values: Record<string, unknown>) => async (): Promise<Changes> => ({ plain: values })
const claims = (values: Record<string, unknown>) => async (): Promise<Changes> => ({ claims: values })
const jwt = (make: () => Promise<string>) => async (): Promise<Changes> => ({
  plain: { signed_metadata: await make() },
})

const wrong: [string, string, () => Promise<Changes>][] = [
  ['metadata-fields', 'no token endpoint', plain({ token_endpoint: undefined })],
  ['metadata-fields', 'no scopes', plain({ scopes_supported: undefined })],
  ['metadata-fields', 'no signed metadata', plain({ signed_metadata: undefined })],
  [
    'metadata-field-types',
    'grant types that are no list',
    plain({ grant_types_supported: 'client_credentials' }),
  ],
  ['metadata-field-types', 'a list with a number', plain({ scopes_supported: [1] })],
  ['metadata-fields', 'null for a list', plain({ udap_certifications_supported: null })],
  ['metadata-field-types', 'signed metadata that is no string', plain({ signed_metadata: {} })],
  ['metadata-support', 'no grant at all', plain({ grant_types_supported: [] })],
  ['metadata-support', 'no profile at all', plain({ udap_profiles_supported: [] })],
  ['metadata-udap-version', 'another version of UDAP', plain({ udap_versions_supported: ['2'] })],
  ['metadata-udap-version', 'two versions of UDAP', plain({ udap_versions_supported: ['1', '2'] })],
  [
    'metadata-conditional-fields',
    'no list of required extensions',
    plain({ udap_authorization_extensions_required: undefined }),
  ],
  [
    'metadata-conditional-fields',
    'the code grant without its endpoint',
    plain({ grant_types_supported: ['authorization_code'] }),
  ],
  [
    'metadata-required-within-supported',
    'a required extension that is not supported',
    plain({ udap_authorization_extensions_required: ['other'] }),
  ],
  [
    'metadata-required-within-supported',
    'a required certification that is not supported',
    plain({ udap_certifications_required: ['urn:x'] }),
  ],
  ['metadata-endpoints', 'a relative endpoint', plain({ token_endpoint: '/token' })],
  [
    'metadata-endpoints',
    'an endpoint without TLS',
    plain({ registration_endpoint: 'http://as.example/register' }),
  ],
  ['signed-metadata-format', 'no JWT', plain({ signed_metadata: 'a.b' })],
  ['signed-metadata-format', 'a crit header', async () => ({ header: { crit: ['b64'], b64: true } })],
  ['signed-metadata-algorithm', 'alg none', jwt(unsecured)],
  ['signed-metadata-algorithm', 'HMAC with the public key', jwt(hmac)],
  ['signed-metadata-algorithm', 'RS384', async () => ({ header: { alg: 'RS384' } })],
  ['signed-metadata-x5c', 'no x5c', async () => ({ header: { x5c: undefined } })],
  ['signed-metadata-x5c', 'an empty x5c', async () => ({ header: { x5c: [] } })],
  [
    'signed-metadata-x5c',
    'base64url in x5c',
    async () => ({
      header: { x5c: stub.credential.chain.map((one) => one.replaceAll('+', '-').replaceAll('/', '_')) },
    }),
  ],
  ['signed-metadata-signature', 'a broken signature', jwt(broken)],
  ['signed-metadata-signature', 'changed claims', jwt(changedClaims)],
  [
    'signed-metadata-signature',
    'a signature by another key',
    async () => ({ key: await keyFor('stranger') }),
  ],
  [
    'signed-metadata-chain',
    'the certificate of another community',
    async () => {
      const other = await south.issue([stub.peer.url], 'fhir elsewhere')
      return { header: { x5c: other.chain }, key: other.key }
    },
  ],
  [
    'signed-metadata-issuer',
    'an iss with a slash more',
    claims({ iss: 'https://x.example/fhir/', sub: 'https://x.example/fhir/' }),
  ],
  ['signed-metadata-issuer', 'no iss', claims({ iss: undefined })],
  [
    'signed-metadata-issuer-in-certificate',
    'a certificate for another URI',
    async () => {
      const other = await north.issue([`${stub.peer.url}/`], 'fhir other uri')
      return { header: { x5c: other.chain }, key: other.key }
    },
  ],
  ['signed-metadata-subject', 'another sub', claims({ sub: 'https://other.example' })],
  ['signed-metadata-times', 'no exp', claims({ exp: undefined })],
  ['signed-metadata-times', 'no iat', claims({ iat: undefined })],
  ['signed-metadata-times', 'an exp that is no whole number', claims({ exp: later(600) + 0.5 })],
  ['signed-metadata-times', 'an exp beyond the calendar', claims({ exp: Number.MAX_SAFE_INTEGER })],
  ['signed-metadata-expiry', 'an exp that has passed', claims({ iat: later(-7200), exp: later(-1) })],
  ['signed-metadata-lifetime', 'more than a year', claims({ exp: later(YEAR + 2 * 24 * 3600) })],
  ['signed-metadata-jti', 'no jti', claims({ jti: undefined })],
  ['signed-metadata-jti', 'an empty jti', claims({ jti: '' })],
  ['signed-metadata-endpoints', 'no signed token endpoint', claims({ token_endpoint: undefined })],
  [
    'signed-metadata-endpoints',
    'a signed endpoint without TLS',
    claims({ registration_endpoint: 'http://as.example/register' }),
  ],
  [
    'signed-metadata-endpoints',
    'no signed authorization endpoint',
    plain({ authorization_endpoint: 'https://as.example/authorize' }),
  ],
]

it.each(wrong)('%s stops it: %s', async (check, _what, changes) => {
  const { stopped, answer, outputs } = await discover(await changes())
  expect(stopped?.check).toBe(check)
  expect(stopped?.message).not.toBe('')
  expect(outputs).toEqual({})
  const hop = (await bed.halves()).find((half) => half.id === answer)
  expect(hop?.request?.url).toContain('/.well-known/udap')
  expect(await act(client, 'udap/register', { scope: 'system/Patient.rs' })).toMatchObject({
    stopped: { check: 'missing-input', message: expect.stringContaining('udap/discover') },
  })
})

it.each([
  [404, 'does not support UDAP'],
  [204, 'no metadata for this community'],
  [500, '500 instead of 200'],
  [302, '302 instead of 200'],
])('status %i stops it', async (status, words) => {
  stub.status = status
  expect(await discover()).toMatchObject({
    stopped: { check: 'metadata-status', message: expect.stringContaining(words) },
  })
})

it.each(['', 'null', '[]', '"x"', '{', `${'['.repeat(5000)}${']'.repeat(5000)}`])(
  'the body %.20s stops it',
  async (body) => {
    stub.body = body
    expect(await act(client, 'udap/discover')).toMatchObject({ stopped: { check: 'metadata-json' } })
  },
)

it('a skipped check lets its own fault through, and says that it did', async () => {
  const skippable = wrong.filter(([check]) => !['metadata-fields', 'signed-metadata-format'].includes(check))
  for (const [check, what, changes] of skippable) {
    const id = await client.arm([{ inject: `skip/${check}` }])
    const { stopped } = await discover(await changes())
    const fired = await client.disarm(id)
    expect([check, what, fired]).toEqual([check, what, [{ fault: `skip/${check}` }]])
    expect([what, stopped?.check]).not.toEqual([what, check])
  }
})

describe('by parameters', () => {
  const start = (version: string, change?: Parameters<typeof parametersOf>[1], policy: JsonObject = {}) =>
    startClient(clients, {
      peers: { fhir: stub.peer },
      communities: [north],
      spec: parametersOf(version, change),
      policy,
    })
  const differing = { plain: { token_endpoint: 'https://plain.example/token' } }

  it('uses the signed endpoint that differs from the plain one, or stops where no version rule says which', async () => {
    const [two, one] = [await start('2.0.0'), await start('1.1.0')]
    expect((await discover(differing, {}, two)).outputs.token_endpoint).toBe('https://as.example/token')
    expect((await discover(differing, {}, one)).stopped).toMatchObject({
      check: 'signed-metadata-endpoints-equal',
      message: expect.stringContaining('token_endpoint'),
    })
  })

  it('does with it what its policy says, whatever the version', async () => {
    const [stops, uses] = [
      await start('2.0.0', undefined, { onMismatch: 'stop' }),
      await start('1.1.0', undefined, { onMismatch: 'use-signed' }),
    ]
    expect((await discover(differing, {}, stops)).stopped?.check).toBe('signed-metadata-endpoints-equal')
    expect((await discover(differing, {}, uses)).outputs.token_endpoint).toBe('https://as.example/token')
  })

  it('names its community unasked, or only when told', async () => {
    const one = await start('1.1.0')
    const urlOf = async (result: ActResult) =>
      (await clients.halves()).find((half) => half.id === result.answer)?.request?.url
    expect(await urlOf(await discover({}, {}, one))).toBe(`${stub.peer.url}/.well-known/udap`)
    expect(await urlOf(await discover({}, { community: north.uri }, one))).toMatch(
      /\?community=urn%3Aexample%3Anorth$/,
    )
  })

  it('misses scopes_supported, or does not', async () => {
    const absent = { plain: { scopes_supported: undefined } }
    expect((await discover(absent, {}, await start('1.1.0'))).stopped).toBeUndefined()
    expect((await discover(absent, {}, await start('2.0.0'))).stopped?.check).toBe('metadata-fields')
  })

  it('minds a required extension that is not supported, or does not', async () => {
    const beyond = { plain: { udap_certifications_required: ['urn:x'] } }
    expect((await discover(beyond, {}, await start('1.1.0'))).stopped).toBeUndefined()
  })
})

it('trusts only the anchors of the community that it asked for', async () => {
  const both = await startClient(clients, { peers: { fhir: stub.peer }, communities: [north, south] })
  expect((await discover({}, { community: south.uri }, both)).stopped?.check).toBe('signed-metadata-chain')
  expect((await discover({}, { community: 'urn:example:nowhere' }, both)).stopped?.check).toBe(
    'signed-metadata-chain',
  )
  expect((await discover({}, { community: north.uri }, both)).stopped).toBeUndefined()
})

it('follows the clock of the scenario', async () => {
  const own = await startClient(clients, {
    peers: { fhir: stub.peer },
    communities: [north],
    clockOffsetMs: 3601_000,
  })
  expect((await discover({}, {}, own)).stopped?.check).toBe('signed-metadata-expiry')
})

it('is not started with a policy that it does not know', async () => {
  const started = startClient(clients, { peers: {}, communities: [north], policy: { revocation: 'maybe' } })
  await expect(started).rejects.toThrow(
    'policy.revocation of app is "maybe"; it must be one of hard-fail, soft-fail, off.',
  )
})

it.each([
  [{ server: 'nobody' }, '"server" must name a server of this case'],
  [{ server: 'toString' }, '"server" must name a server of this case'],
  [{ community: 1 }, 'The input of udap/discover does not fit: "community"'],
  [{ comunity: 'x' }, 'The input of udap/discover does not fit: "comunity" is not known.'],
])('says what is wrong with the input %j', async (input, words) => {
  expect(await act(client, 'udap/discover', input)).toMatchObject({
    stopped: { check: 'missing-input', message: expect.stringContaining(words) },
  })
})

it('reports a server that does not answer', async () => {
  const gone = { ...stub.peer, url: 'https://fhir-c1.localhost:1/fhir' }
  const own = await startClient(clients, { peers: { fhir: gone }, communities: [north] })
  expect(await act(own, 'udap/discover')).toMatchObject({
    stopped: { check: 'no-answer' },
    answer: expect.any(String),
  })
})

describe('whatever the body is, it stops and does not crash', () => {
  async function stops(body: string) {
    stub.body = body
    const { stopped, answer, outputs } = await act(client, 'udap/discover')
    expect(stopped?.check).toMatch(/^(signed-)?metadata-/)
    expect(answer).toBeDefined()
    expect(outputs).toEqual({})
  }
  const settings = runs(150)

  it('any text', async () => {
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary' }), stops), settings)
  })

  it('any JSON in the place of any field', async () => {
    const good = await stub.metadata()
    const fields = fc.dictionary(fc.constantFrom(...Object.keys(good)), fc.jsonValue(), { minKeys: 1 })
    // With an untouched signed part some changes are harmless; without a true signature none is.
    const property = fc.asyncProperty(fields, (changes) =>
      stops(JSON.stringify({ ...good, signed_metadata: 'a.b.c', ...changes })),
    )
    await fc.assert(property, settings)
  })

  it('any header and claims in the signed part', async () => {
    const good = await stub.metadata()
    const [head = '', payload = '', signature] = String(good.signed_metadata).split('.')
    const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
    const header = fc.dictionary(fc.constantFrom('alg', 'x5c', 'crit', 'typ', 'b64'), fc.jsonValue())
    const body = fc.dictionary(
      fc.constantFrom('iss', 'sub', 'exp', 'iat', 'jti', 'token_endpoint', '__proto__'),
      fc.jsonValue(),
      { minKeys: 1 },
    )
    const property = fc.asyncProperty(header, body, async (h, c) => {
      const changed = { ...decode(payload), ...c }
      fc.pre(encode(changed) !== payload)
      const signed_metadata = `${encode({ ...decode(head), ...h })}.${encode(changed)}.${signature}`
      await stops(JSON.stringify({ ...good, signed_metadata }))
    })
    await fc.assert(property, settings)
  })
})
