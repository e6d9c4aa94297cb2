import { createPublicKey, sign } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { authority, type Leaf, leafOf, Web } from '../../../../certs/fixture-pki.ts'
import type { JsonObject } from '../../../../wire/json.ts'
import type { StageActor } from '../../../trace/trace.ts'
import { evidence, fakeJwt, type HopSketch, nowS } from '../../fixture.ts'
import { judge } from '../../judge.ts'
import type { Rule } from '../../rule.ts'
import { rule as tier006 } from './tier-006.ts'
import { rule as tier008 } from './tier-008.ts'
import { rule as tier012 } from './tier-012.ts'
import { rule as tier018 } from './tier-018.ts'
import { rule as tier019 } from './tier-019.ts'
import { rule as tier020 } from './tier-020.ts'
import { rule as tier021 } from './tier-021.ts'
import { rule as tier022 } from './tier-022.ts'
import { rule as tier024 } from './tier-024.ts'
import { rule as tier025 } from './tier-025.ts'
import { rule as tier026 } from './tier-026.ts'
import { rule as tier031 } from './tier-031.ts'
import { rule as tier032 } from './tier-032.ts'
import { rule as tierX03 } from './tier-x03.ts'
import { rule as tierX08 } from './tier-x08.ts'
import { rule as tierX11 } from './tier-x11.ts'
import { rule as tierX13 } from './tier-x13.ts'

const rules = [tier006, tier008, tier012, tier018, tier019, tier020, tier021, tier022, tier024, tier025]
rules.push(tier026, tier031, tier032, tierX03, tierX08, tierX11, tierX13)

const app = 'https://app-c1.example/callback'
const holder = 'https://holder-c1.localhost:8004'
const idp = 'https://idp-c1.localhost:8005'
const query = (values: JsonObject) =>
  new URLSearchParams(
    Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]])),
  ).toString()

let leaf: Leaf
let root: string
beforeAll(async () => {
  const web = new Web()
  const authorities = await authority(web, 'Root', { key: 'rsa-2048' })
  root = authorities.base64
  leaf = await leafOf(authorities, { key: 'rsa-2048', uris: [idp] })
})

const claims = {
  iss: idp,
  sub: 'ana-there',
  aud: 'holder-at-idp',
  iat: nowS,
  exp: nowS + 300,
  jti: 'j-1',
  nonce: 'n-1',
  acr: 'http://udap.org/ial2',
  amr: ['http://udap.org/aal2'],
}

/** `null` leaves a claim, a header or a parameter out. */
function idToken(over: JsonObject = {}, header: JsonObject = {}): string {
  const encode = (value: JsonObject) => {
    const there = Object.entries(value).filter(([, one]) => one !== null)
    return Buffer.from(JSON.stringify(Object.fromEntries(there))).toString('base64url')
  }
  const input = [
    { alg: 'RS256', x5c: [leaf.base64], ...header },
    { ...claims, ...over },
  ]
    .map(encode)
    .join('.')
  return `${input}.${sign('sha256', Buffer.from(input), leaf.key).toString('base64url')}`
}

interface SignIn {
  /** Of the client's request to the data holder. */
  asks?: JsonObject
  /** Of the data holder's request to the provider. */
  request?: JsonObject
  /** What the provider sends the browser back with. */
  response?: JsonObject
  tokens?: JsonObject
  /** What the client hears in the end. */
  outcome?: JsonObject
  /** After the token response. */
  later?: HopSketch[]
  holder?: Partial<StageActor>
}

const code = { code: 'c-2', state: 's-1' }

/** In the order in which hops begin: what the data holder answers the callback, it says after its token request. */
function judged(rule: Rule, sign: SignIn = {}): string {
  const asks = {
    response_type: 'code',
    client_id: 'app',
    redirect_uri: app,
    scope: 'udap',
    state: 's-1',
    idp,
  }
  const request = {
    response_type: 'code',
    client_id: 'holder-at-idp',
    redirect_uri: `${holder}/callback`,
    scope: 'openid udap',
    state: 's-2',
    nonce: 'n-1',
    ...sign.request,
  }
  const there = `${idp}/authorize?${query(request)}`
  const back = `${holder}/callback?${query({ code: 'c-1', state: 's-2', ...sign.response })}`
  const outcome = { from: 'ana', location: `${app}?${query(sign.outcome ?? code)}` }
  const redirect = (location: string) => ({ status: 303, headers: { location } })
  const tokens = { access_token: 't', token_type: 'Bearer', expires_in: 300, id_token: idToken() }
  const hops: HopSketch[] = [
    {
      from: 'ana',
      to: 'holder',
      url: `${holder}/authorize?${query({ ...asks, ...sign.asks })}`,
      response: redirect(there),
    },
    { from: 'ana', to: 'idp', url: there, response: redirect(back) },
    { from: 'ana', to: 'holder', url: back, response: redirect(outcome.location) },
    {
      from: 'holder',
      to: 'idp',
      url: `${idp}/token`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: query({ grant_type: 'authorization_code', code: sign.response?.code ?? 'c-1' }),
      response: { status: 200, body: { ...tokens, ...sign.tokens } },
    },
    ...(sign.later ?? []),
  ]
  return verdictOf(rule, hops, sign.holder)
}

function verdictOf(rule: Rule, hops: HopSketch[], more: Partial<StageActor> = {}): string {
  const actors = {
    ana: { kind: 'user' },
    app: { kind: 'client-app', url: 'https://app-c1.example', endpoints: { redirect: app } },
    holder: {
      kind: 'data-holder',
      url: holder,
      endpoints: { callback: `${holder}/callback`, interaction: `${holder}/interaction` },
      anchors: { community: [root] },
      ...more,
    },
    idp: { kind: 'identity-provider', url: idp, endpoints: { jwks: `${idp}/jwks` } },
  }
  const [found] = judge(evidence({ steps: [{ id: 'all', hops }], actors }), [rule]).cases[0]!.rules
  const finding = found?.findings[0]
  if (finding) return `${found.verdict}: expected ${finding.expected}, saw ${finding.seen}`
  return found?.verdict ?? 'untouched'
}

test('a sign-in as it should be breaks nothing', () => {
  const said = rules.map((rule) => [rule.id, judged(rule)])
  expect(said.filter(([, verdict]) => verdict?.startsWith('broken'))).toEqual([
    ['tier-008', expect.stringContaining('saw no UDAP metadata fetched from it')],
  ])
})

describe('tier-025: what a data holder must not believe', () => {
  test.each<[string, JsonObject, JsonObject, string]>([
    ['expired', { exp: nowS - 301 }, {}, 'that expired 301 s ago'],
    ['without exp', { exp: null }, {}, 'without exp'],
    ['another issuer', { iss: `${idp}/` }, {}, `with iss "${idp}/" instead of "${idp}"`],
    ['another audience', { aud: ['x', 'y'] }, {}, 'with aud ["x","y"]'],
    ['another nonce', { nonce: 'x' }, {}, 'with another nonce than was sent'],
    ['no nonce', { nonce: null }, {}, 'without the nonce that was sent'],
    [
      'not signed',
      {},
      { alg: 'none' },
      'whose signer is not to be trusted (alg "none", which is no signature algorithm of the guide)',
    ],
  ])('%s', (_, wrong, header, flaw) => {
    const tokens = { id_token: idToken(wrong, header) }
    expect(judged(tier025, { tokens })).toBe(
      `broken: expected an ID token ${flaw} to be refused, saw a code for the client`,
    )
    expect(judged(tier025, { tokens, outcome: { error: 'invalid_idp', state: 's-1' } })).toBe('met')
  })

  test('within the skew of clocks, for several, and with another azp it may be believed', () => {
    const fine = { exp: nowS - 200, aud: ['holder-at-idp', 'another'], azp: 'another' }
    expect(judged(tier025, { tokens: { id_token: idToken(fine) } })).toBe('untouched')
  })

  test('no nonce is wanted where none was sent', () => {
    const sign = { request: { nonce: null }, tokens: { id_token: idToken({ nonce: null }) } }
    expect(judged(tier025, sign)).toBe('untouched')
  })

  test('a certificate that leads to no anchor is as good as none, unless the key is published', () => {
    const stranger = { anchors: {} }
    expect(judged(tier025, { holder: stranger })).toContain('whose signer is not to be trusted (a chain from')
    const jwk = createPublicKey(leaf.key).export({ format: 'jwk' }) as JsonObject
    const keys = (all: JsonObject[]): HopSketch => ({
      from: 'holder',
      to: 'idp',
      url: `${idp}/jwks`,
      response: { status: 200, body: { keys: all } },
    })
    expect(judged(tier025, { holder: stranger, later: [keys([{ kty: 'junk' }, jwk])] })).toBe('untouched')
    const bare = { id_token: idToken({}, { x5c: null }) }
    expect(judged(tier025, { tokens: bare, later: [keys([jwk])] })).toBe('untouched')
    expect(judged(tier025, { tokens: bare, later: [keys([])] })).toBe('untouched')
  })

  test('who signs in otherwise after a bad ID token was not let in by it', () => {
    const tokens = { id_token: idToken({ nonce: 'x' }) }
    const password: HopSketch = {
      from: 'ana',
      to: 'holder',
      url: `${holder}/interaction/1`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'user=ana&password=secret',
      response: { status: 303, headers: { location: `${app}?${query(code)}` } },
    }
    expect(judged(tier025, { tokens, later: [password] })).toBe('met')
    expect(judged(tier026, { tokens, later: [password] })).toBe('used')
    expect(judged(tier026, { tokens, outcome: { error: 'invalid_idp', state: 's-1' } })).toBe('used')
    expect(judged(tier026, { tokens, outcome: { error: 'server_error', state: 's-1' } })).toBe('unused')
  })
})

describe('tier-024 and tier-x11: what an identity provider sends', () => {
  test.each<[JsonObject, JsonObject, string]>([
    [{}, { x5c: null }, 'expected an ID token signed by the key of its x5c[0], saw no x5c in its header'],
    [{ jti: null }, {}, 'expected jti in the ID token, saw nothing'],
    [{ sub: '' }, {}, 'expected a sub in the ID token, saw ""'],
    [{ aud: 'x' }, {}, 'expected aud "holder-at-idp", saw "x"'],
    [{ exp: nowS - 400 }, {}, 'expected exp in the future, saw 400 s ago'],
    [{ iat: nowS + 400 }, {}, 'expected iat when it was issued, saw in 400 s'],
    [{ acr: 'high' }, {}, 'expected acr http://udap.org/ial1 to ial3 or loa1 to loa4, saw "high"'],
    [
      { amr: 'http://udap.org/aal2' },
      {},
      'expected http://udap.org/aal1 to aal3 or loa1 to loa4 in the list amr, saw "http://udap.org/aal2"',
    ],
  ])('%j with header %j is wrong', (wrong, header, said) => {
    expect(judged(tier024, { tokens: { id_token: idToken(wrong, header) } })).toBe(`broken: ${said}`)
  })

  test('loa levels, and more in amr, are as good', () => {
    const tokens = {
      id_token: idToken({ acr: 'http://udap.org/loa4', amr: ['pwd', 'http://udap.org/loa4'] }),
    }
    expect(judged(tierX11, { tokens })).toBe('met')
    expect(judged(tier024, { tokens })).toBe('met')
  })

  test('an algorithm that was agreed on is not for the judge to verify', () => {
    const [header, payload] = idToken({}, { alg: 'PS256' }).split('.')
    expect(judged(tier024, { tokens: { id_token: `${header}.${payload}.AAAA` } })).toBe('met')
  })

  test('what is no JWT is shown cut', () => {
    expect(judged(tier024, { tokens: { id_token: 'no.jwt' } })).toContain(
      'in JWS compact serialization, saw ',
    )
  })
})

describe('what comes back from the identity provider', () => {
  const wrongState = { response: { state: 'x' } }
  const error = (name: string) => ({ outcome: { error: name, state: 's-1' } })

  test('tier-019 and tier-020: another state', () => {
    expect(judged(tier019, wrongState)).toContain('saw a token request with its code')
    expect(judged(tier020, wrongState)).toBe(
      'broken: expected error=server_error to the client after a state that was not sent, saw a code',
    )
    expect(judged(tier020, { ...wrongState, ...error('server_error') })).toBe('met')
    expect(judged(tier020, { ...wrongState, ...error('access_denied') })).toContain('saw "access_denied"')
    expect(judged(tier020)).toBe('untouched')
  })

  test('tier-021 and tier-x08: an error', () => {
    const refused = { response: { code: null, error: 'login_required' } }
    expect(judged(tier021, { ...refused, ...error('invalid_idp') })).toBe('met')
    expect(judged(tierX08, { ...refused, ...error('invalid_idp') })).toBe(
      'broken: expected error=access_denied to the client after an error of the identity provider, saw "invalid_idp"',
    )
    expect(judged(tierX08, { ...refused, ...error('access_denied') })).toBe('met')
    expect(judged(tier021, refused)).toContain('saw a code')
  })

  test('tier-018: a code or an error', () => {
    expect(judged(tier018, { response: { code: null } })).toContain('saw neither')
    expect(judged(tier018, { response: { error: 'x' } })).toContain('saw both')
  })

  test.each([
    [
      { prompt: 'login' },
      nowS - 301,
      'broken: expected a sign-in anew, by prompt=login, saw one 301 s before the request',
    ],
    [{ prompt: 'login' }, nowS - 299, 'met'],
    [
      { max_age: '60' },
      nowS - 361,
      'broken: expected a sign-in at most 60 s before, by max_age, saw one 361 s before the request',
    ],
    [{ max_age: '60' }, nowS - 359, 'met'],
    [{}, nowS - 9999, 'met'],
  ])('tier-018: %j and auth_time %i', (request, auth_time, said) => {
    expect(judged(tier018, { request, tokens: { id_token: idToken({ auth_time }) } })).toBe(said)
  })

  test('tier-022: an answer of another issuer need not be exchanged', () => {
    expect(judged(tier022)).toBe('met')
    expect(judged(tier022, { response: { iss: 'https://x.example' } })).toBe('untouched')
  })
})

describe('what the client hears', () => {
  const linked = (...subs: string[]) => ({ facts: { linked: subs.map((sub) => ({ iss: idp, sub })) } })
  const error = (name: string) => ({ outcome: { error: name, state: 's-1' } })

  test('tier-031: only who is known gets in', () => {
    expect(judged(tier031, { holder: linked('ana-there') })).toBe('untouched')
    expect(judged(tier031)).toBe('untouched')
    expect(judged(tier031, { holder: linked('ben-there') })).toBe(
      'broken: expected error=access_denied, as the data holder does not know the person, saw a code',
    )
    expect(judged(tier031, { holder: linked(), ...error('access_denied') })).toBe('met')
    expect(judged(tier031, { holder: linked(), ...error('invalid_idp') })).toContain('saw "invalid_idp"')
  })

  test('tier-032: where the policy says so, a page is answered before the code', () => {
    const policy = { policy: { consent: 'each-time' } }
    expect(judged(tier032, { holder: policy })).toBe(
      'broken: expected the person to be asked before the client gets a code, saw no answer of theirs',
    )
    expect(judged(tier032)).toBe('untouched')
  })

  test('tier-x03: the state of the client goes no further', () => {
    expect(judged(tierX03, { request: { state: 's-1' } })).toContain('saw the state of the client')
    expect(judged(tierX03)).toBe('met')
  })
})

test.each([
  [idp, 'met'],
  [`${idp}/`, `broken: expected idp "${idp}", the base URL of the identity provider, saw "${idp}/"`],
  [
    idp.toUpperCase(),
    `broken: expected idp "${idp}", the base URL of the identity provider, saw "${idp.toUpperCase()}"`,
  ],
  ['https://somebody-else.example', 'untouched'],
  ['somebody', 'broken: expected idp a base URL, saw "somebody"'],
  [null, 'broken: expected idp beside udap in scope, saw no idp'],
])('tier-006: idp %s', (wanted, said) => {
  expect(judged(tier006, { asks: { idp: wanted } })).toBe(said)
})

describe('before the person is sent anywhere', () => {
  const metadata = (signed_metadata?: string): HopSketch => ({
    from: 'holder',
    to: 'idp',
    url: `${idp}/.well-known/udap?community=x`,
    response: signed_metadata === undefined ? { status: 404 } : { status: 200, body: { signed_metadata } },
  })
  const asks = query({
    response_type: 'code',
    client_id: 'app',
    redirect_uri: app,
    scope: 'udap',
    state: 's-1',
    idp,
  })
  const first = (outcome: JsonObject): HopSketch => ({
    from: 'ana',
    to: 'holder',
    url: `${holder}/authorize?${asks}`,
    response: { status: 303, headers: { location: `${app}?${query(outcome)}` } },
  })

  test('tier-012: who refuses for the provider says invalid_idp', () => {
    const ended = (error: string) => verdictOf(tier012, [first({ error, state: 's-1' }), metadata()])
    expect(ended('invalid_idp')).toBe('used')
    expect(ended('access_denied')).toBe(
      'warned: expected error=invalid_idp, as the identity provider could not be used, saw "access_denied"',
    )
    expect(verdictOf(tier012, [first({ error: 'invalid_scope', state: 's-1' })])).toBe('untouched')
  })

  test('tier-008: its metadata was fetched, and it was valid', () => {
    const there = (signed: string | undefined) => [
      metadata(signed),
      {
        from: 'ana',
        to: 'idp',
        url: `${idp}/authorize?${query({ response_type: 'code', client_id: 'x', redirect_uri: `${holder}/callback` })}`,
      },
    ]
    const good = { iss: idp, sub: idp, exp: nowS + 300, iat: nowS, jti: 'j' }
    expect(verdictOf(tier008, there(idToken(good)))).toBe('met')
    expect(verdictOf(tier008, there(idToken({ ...good, iss: holder })))).toContain(
      `saw metadata with iss "${holder}"`,
    )
    expect(verdictOf(tier008, there(idToken({ ...good, exp: nowS - 400 })))).toContain(
      'saw metadata with exp',
    )
    expect(verdictOf(tier008, there(fakeJwt(good)))).toContain('saw metadata with no x5c in its header')
    expect(verdictOf(tier008, there(undefined))).toContain('saw metadata with no signed_metadata')
    const elsewhere = { place: holder }
    expect(verdictOf(tier008, there(undefined).slice(1), elsewhere)).toBe('untouched')
  })
})
