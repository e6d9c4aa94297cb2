/** For tests: a person who signs in at a data holder through an identity provider, as a test wants it. */
import { sign } from 'node:crypto'
import { authority, leafOf, Web } from '../../certs/fixture-pki.ts'
import type { JsonObject } from '../../wire/json.ts'
import type { StageActor } from '../trace/trace.ts'
import { evidence, type HopSketch, nowS } from './fixture.ts'
import { judge } from './judge.ts'
import type { Rule } from './rule.ts'

export const app = 'https://app-c1.example/callback'
export const holder = 'https://holder-c1.localhost:8004'
export const idp = 'https://idp-c1.localhost:8005'
export const query = (values: JsonObject) =>
  new URLSearchParams(
    Object.entries(values).flatMap(([name, value]) => (value === null ? [] : [[name, String(value)]])),
  ).toString()

const authorities = await authority(new Web(), 'Root', { key: 'rsa-2048' })
/** Of the identity provider. */
export const leaf = await leafOf(authorities, { key: 'rsa-2048', uris: [idp] })

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
export function idToken(over: JsonObject = {}, header: JsonObject = {}): string {
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

export interface SignIn {
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

export const code = { code: 'c-2', state: 's-1' }

/** In the order in which hops begin: what the data holder answers the callback, it says after its token request. */
export function judged(rule: Rule, sign: SignIn = {}): string {
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

export function verdictOf(rule: Rule, hops: HopSketch[], more: Partial<StageActor> = {}): string {
  const actors = {
    ana: { kind: 'user' },
    app: { kind: 'client-app', url: 'https://app-c1.example', endpoints: { redirect: app } },
    holder: {
      kind: 'data-holder',
      url: holder,
      endpoints: { callback: `${holder}/callback`, interaction: `${holder}/interaction` },
      anchors: { community: [authorities.base64] },
      ...more,
    },
    idp: { kind: 'identity-provider', url: idp, endpoints: { jwks: `${idp}/jwks` } },
  }
  const [found] = judge(evidence({ steps: [{ id: 'all', hops }], actors }), [rule]).cases[0]!.rules
  const finding = found?.findings[0]
  if (finding) return `${found.verdict}: expected ${finding.expected}, saw ${finding.seen}`
  return found?.verdict ?? 'untouched'
}
