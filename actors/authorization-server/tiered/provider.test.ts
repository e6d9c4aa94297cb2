import { X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Bed } from '../../fixture-bed.ts'
import { type Community, startCommunity } from '../../fixture-community.ts'
import { authorizationUrl, type Holder, Provider, startHolder, Visitor, type Wrong } from './fixture.ts'

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

const signIn = (url = idp.url, at = holder) => new Visitor(bed).open(authorizationUrl(at, url))
const REFUSED = { error: 'invalid_idp', state: 'state-of-the-app' }

const instead = (path: string, answer: NonNullable<Wrong['instead']>[string]): Wrong => ({
  instead: { [path]: answer },
})
const METADATA = '/.well-known/udap'

describe.each<[string, Wrong]>([
  ['has no metadata', instead(METADATA, (reply) => reply.code(404).send())],
  ['has none for the community', instead(METADATA, (reply) => reply.code(204).send())],
  ['sends HTML', instead(METADATA, (reply) => reply.type('text/html').send('<h1>Welcome</h1>'))],
  ['redirects elsewhere', instead(METADATA, (reply) => reply.redirect('https://somebody-else.example/'))],
  ['is broken', instead(METADATA, (reply) => reply.code(500).send('no'))],
  ['sends without end', instead(METADATA, (reply) => reply.send(`"${'x'.repeat(1024 * 1024)}"`))],
  ['hangs up', instead(METADATA, (reply) => reply.raw.destroy())],
  ['has metadata without signature', { metadata: { signed_metadata: undefined } }],
  ['signs for another URL', { signedMetadata: { iss: 'https://somebody-else.example' } }],
  ['signs for its URL with a slash more', { signedMetadata: { iss: 'https://idp-c1.localhost/', sub: 'x' } }],
  ['has metadata that expired', { signedMetadata: { exp: 1_000_000_000, iat: 999_999_000 } }],
  [
    'requires what has a name without end',
    {
      metadata: { udap_certifications_required: ['x'.repeat(50_000)], udap_certifications_supported: ['y'] },
    },
  ],
  ['does not list udap', { metadata: { scopes_supported: ['openid'] } }],
  ['does not list openid', { metadata: { scopes_supported: ['udap'] } }],
  ['has no code flow', { metadata: { grant_types_supported: ['client_credentials'] } }],
])('a provider that %s', (_name, wrong) => {
  it('is not used: nobody is sent there, and the app hears invalid_idp', async () => {
    idp.wrong = wrong
    expect((await signIn()).parameters).toMatchObject(REFUSED)
    expect(idp.asked).toEqual([])
    expect(idp.registrations).toEqual([])
  })
})

it('a provider may have an endpoint whose URL is not plain ASCII', async () => {
  idp.wrong = { signedMetadata: { authorization_endpoint: `${idp.url}/authorize?größe=☃` } }
  expect((await signIn()).heading).toBe('Allow access?')
})

it('what a provider signs counts, not what stands beside it', async () => {
  idp.wrong = { metadata: { token_endpoint: 'https://somebody-else.example/token' } }
  expect((await signIn()).heading).toBe('Allow access?')
})

it('a provider that never answers is waited for only a while', async () => {
  idp.wrong = instead(METADATA, () => new Promise(() => {}))
  const began = performance.now()
  expect((await signIn()).parameters).toMatchObject(REFUSED)
  expect(performance.now() - began).toBeLessThan(9_000)
}, 15_000)

it('a provider of another community is not used', async () => {
  const inner = bed.inner()
  const south = await new Provider().start(inner, 'south', await startCommunity(inner, 'south'))
  expect((await signIn(south.url)).parameters).toMatchObject(REFUSED)
  expect(south.paths).toEqual([METADATA])
  await inner.close()
})

it('a provider whose certificate was revoked is not used', async () => {
  const inner = bed.inner()
  const strict = await startHolder(inner, community, { idp: idp.url }, { context: { policy: {} } })
  const before = idp.credential!
  idp.credential = await community.issue([idp.url], 'revoked')
  await community.revoke(idp.credential)
  expect((await signIn(idp.url, strict)).parameters).toMatchObject(REFUSED)
  idp.credential = before
  expect((await signIn(idp.url, strict)).heading).toBe('Allow access?')
  await inner.close()
})

it('a provider of the second community of the holder is asked for it, and gets that certificate', async () => {
  const inner = bed.inner()
  const south = await startCommunity(inner, 'south')
  const theirs = await new Provider().start(inner, 'theirs', south)
  const ours = await startHolder(inner, community, { theirs: theirs.url }, { also: [south] })
  expect((await signIn(theirs.url, ours)).heading).toBe('Allow access?')
  expect(theirs.registrations.length).toBe(1)
  expect(theirs.communities).toEqual([community.uri, south.uri])
  const [top, anchor] = [theirs.chains[0]!.at(-1)!, south.root].map(
    (der) => new X509Certificate(Buffer.from(der, 'base64')),
  )
  expect(top!.verify(anchor!.publicKey)).toBe(true)
  await inner.close()
})

it.each([
  'http://idp.example',
  'idp.example',
  'https://',
  'https://idp.example?x=1',
  'https://user@idp.example',
  'javascript:alert(1)',
  `https://${'x'.repeat(3000)}.example`,
])('the URL %s is none of a provider', async (url) => {
  expect((await signIn(url)).parameters).toMatchObject(REFUSED)
})

it.each(['?x=1', '?', '#x', ' '])('nobody is asked anything when the URL has %j at its end', async (end) => {
  expect((await signIn(`${idp.url}${end}`)).parameters).toMatchObject(REFUSED)
  expect(idp.paths).toEqual([])
})

it('a registration belongs to a community: where another one vouches, the holder registers anew', async () => {
  const inner = bed.inner()
  const south = await startCommunity(inner, 'south')
  const ours = await startHolder(inner, community, { idp: idp.url }, { also: [south] })
  await signIn(idp.url, ours)
  const before = idp.credential!
  idp.credential = await south.issue([idp.url], 'idp')
  expect((await signIn(idp.url, ours)).heading).toBe('Allow access?')
  idp.credential = before
  expect(idp.registrations.length).toBe(2)
  expect(idp.chains[1]).not.toEqual(idp.chains[0])
  await inner.close()
})

it('a provider whose registration endpoint has moved is registered at anew', async () => {
  const inner = bed.inner()
  const fresh = await startHolder(inner, community, { idp: idp.url })
  await signIn(idp.url, fresh)
  idp.wrong = { signedMetadata: { registration_endpoint: `${idp.url}/register?moved` } }
  expect((await signIn(idp.url, fresh)).heading).toBe('Allow access?')
  expect(idp.registrations.map(({ aud }) => aud)).toEqual([
    `${idp.url}/register`,
    `${idp.url}/register?moved`,
  ])
  await inner.close()
})

describe.each<[string, Wrong]>([
  ['does not register the holder', instead('/register', (reply) => reply.code(400).send({ error: 'x' }))],
  ['gives no client_id', instead('/register', (reply) => reply.code(201).send({}))],
  ['registers in HTML', instead('/register', (reply) => reply.type('text/html').send('<h1>Hi</h1>'))],
  ['registers without end', instead('/register', (reply) => reply.code(201).send('x'.repeat(200_000)))],
  ['hangs up on a registration', instead('/register', (reply) => reply.raw.destroy())],
])('a provider that %s', (_name, wrong) => {
  it('is not used, and is asked again the next time', async () => {
    const inner = bed.inner()
    const fresh = await startHolder(inner, community, { idp: idp.url })
    idp.wrong = wrong
    expect((await signIn(idp.url, fresh)).parameters).toMatchObject(REFUSED)
    expect(idp.asked).toEqual([])
    idp.forget()
    expect((await signIn(idp.url, fresh)).heading).toBe('Allow access?')
    await inner.close()
  })
})

describe.each<[string, Wrong]>([
  ['refuses the code', instead('/token', (reply) => reply.code(400).send({ error: 'invalid_grant' }))],
  ['exchanges it for HTML', instead('/token', (reply) => reply.type('text/html').send('<h1>Hi</h1>'))],
  ['exchanges it for nothing', instead('/token', (reply) => reply.send({}))],
  ['hangs up on the code', instead('/token', (reply) => reply.raw.destroy())],
  ['exchanges it without end', instead('/token', (reply) => reply.send('x'.repeat(200_000)))],
  ['gives no access token', { tokens: { access_token: undefined } }],
  ['gives a token that is none of a bearer', { tokens: { token_type: 'DPoP' } }],
  ['gives an ID token that is no text', { tokens: { id_token: { sub: 'x' } } }],
])('a provider that %s', (_name, wrong) => {
  it('lets nobody in', async () => {
    idp.wrong = wrong
    expect((await signIn()).parameters).toMatchObject(REFUSED)
  })
})
