import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../../wire/json.ts'
import { fakeJwt, type HopSketch, nowS } from '../../fixture.ts'
import { app, holder, idp, idToken, judged, query, verdictOf } from '../../fixture-tiered.ts'
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

test('a sign-in as it should be breaks nothing', () => {
  const said = rules.map((rule) => [rule.id, judged(rule)])
  expect(said.filter(([, verdict]) => verdict?.startsWith('broken'))).toEqual([
    ['tier-008', expect.stringContaining('saw no UDAP metadata fetched from it')],
  ])
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
