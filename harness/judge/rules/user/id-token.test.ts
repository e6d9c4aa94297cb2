import { createPublicKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { authority, Web } from '../../../../certs/fixture-pki.ts'
import type { JsonObject } from '../../../../wire/json.ts'
import { type HopSketch, nowS } from '../../fixture.ts'
import { app, code, holder, idp, idToken, judged, leaf, query } from '../../fixture-tiered.ts'
import { rule as tier024 } from './tier-024.ts'
import { rule as tier025 } from './tier-025.ts'
import { rule as tier026 } from './tier-026.ts'
import { rule as tierX11 } from './tier-x11.ts'

const other = await authority(new Web(), 'Other')

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
    const stranger = { anchors: { other: [other.base64] } }
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

  test('whom a data holder elsewhere trusts, and what its community agreed on, nobody here knows', () => {
    expect(judged(tier025, { holder: { anchors: {}, place: holder } })).toBe('untouched')
    const agreed = idToken({}, { alg: 'PS256', x5c: null })
    expect(judged(tier025, { tokens: { id_token: agreed } })).toBe('untouched')
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
