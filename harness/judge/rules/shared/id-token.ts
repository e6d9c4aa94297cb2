/** The ID token of an identity provider: what it must be, and what a data holder must not believe. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { isObject, isStrings, type Json } from '../../../../wire/json.ts'
import type { History } from '../../history.ts'
import { clockMs } from '../../hops.ts'
import type { Message } from '../../message.ts'
import type { Rule } from '../../rule.ts'
import { issuerOf, providerRequestOf } from '../../tiered.ts'
import { leafOf, signatureFlaw, signatureFlawBy, uriNamesOf } from '../../trust.ts'
import { words } from '../../words.ts'
import { SKEW_S } from './skew.ts'
import { wrongChain, wrongSignature } from './trusted.ts'

/** Of when it was issued: it is made when it is asked for. */
const MAX_AGE_S = 3600

/** Compact JWS with alg, x5c and a signature that fits, and with jti (guide 7.1). */
export const jwtOfProvider: Rule['judge'] = ({ jwt, text }) => {
  if (!jwt) return { expected: 'an ID token in JWS compact serialization', seen: words(text, 'id_token') }
  const { alg } = jwt.header
  // Others than the four are a matter of agreement (7.1.2), but for those that sign nothing.
  const isAgreed = typeof alg === 'string' && /^(PS\d+|RS512|ES512|EdDSA)$/.test(alg)
  const flaw = isAgreed && leafOf(jwt) ? undefined : signatureFlaw(jwt)
  if (flaw !== undefined) return { expected: 'an ID token signed by the key of its x5c[0]', seen: flaw }
  const { jti } = jwt.claims
  if (typeof jti !== 'string' || jti === '') return { expected: 'jti in the ID token', seen: words(jti) }
  return 'met'
}

/** By whom, about whom, for whom and when (UDAP Tiered OAuth 4.3; OpenID Connect Core 2). */
export const issuedFor: Rule['judge'] = (message, { history }) => {
  const { body, hop } = message
  const request = providerRequestOf(message, history)
  if (!body || !request) return undefined
  const { iss, sub, exp, iat } = body
  const issuer = issuerOf(request, history)
  const nowS = clockMs(hop, 'to') / 1000
  if (iss !== issuer) return { expected: `iss ${words(issuer)}`, seen: words(iss) }
  if (typeof sub !== 'string' || sub === '') return { expected: 'a sub in the ID token', seen: words(sub) }
  const stranger = audienceFlaw(message, request)
  if (stranger !== undefined) return { expected: `aud ${words(request.body?.client_id)}`, seen: stranger }
  if (typeof exp !== 'number' || exp <= nowS - SKEW_S)
    return { expected: 'exp in the future', seen: inTime(exp, nowS) }
  if (typeof iat !== 'number' || iat > nowS + SKEW_S || iat < nowS - MAX_AGE_S)
    return { expected: 'iat when it was issued', seen: inTime(iat, nowS) }
  return nonceFlaw(message, request) === undefined
    ? 'met'
    : { expected: 'the nonce of the request in the ID token', seen: words(body.nonce, 'nonce') }
}

const levels = {
  acr: /^http:\/\/udap\.org\/(ial[1-3]|loa[1-4])$/,
  amr: /^http:\/\/udap\.org\/(aal[1-3]|loa[1-4])$/,
}

export const assured: Rule['judge'] = ({ body }) => {
  if (!body) return undefined
  const { acr, amr } = body
  if (typeof acr !== 'string' || !levels.acr.test(acr))
    return { expected: 'acr http://udap.org/ial1 to ial3 or loa1 to loa4', seen: words(acr) }
  // OpenID Connect Core 2 makes it a list, in which there may be more.
  if (isStrings(amr) && amr.some((one) => levels.amr.test(one))) return 'met'
  return { expected: 'http://udap.org/aal1 to aal3 or loa1 to loa4 in the list amr', seen: words(amr) }
}

/** Why who gets this ID token must not believe it (OpenID Connect Core 3.1.3.7), in words after "an ID token". */
export function unbelievable(message: Message, history: History): string | undefined {
  const { jwt, body } = message
  const request = providerRequestOf(message, history)
  if (!request) return undefined
  if (!jwt || !body) return 'that is no JWT'
  const issuer = issuerOf(request, history)
  const nowS = clockMs(message.hop, 'from') / 1000
  if (body.iss !== issuer) return `with iss ${words(body.iss)} instead of ${words(issuer)}`
  const stranger = audienceFlaw(message, request)
  if (stranger !== undefined) return `with aud ${stranger}`
  if (body.exp === undefined) return 'without exp'
  if (typeof body.exp !== 'number') return `with exp ${words(body.exp)}`
  if (body.exp <= nowS - SKEW_S) return `that expired ${inTime(body.exp, nowS)}`
  return nonceFlaw(message, request) ?? signerFlaw(message, issuer, history)
}

function audienceFlaw({ body }: Message, request: Message): string | undefined {
  const clientId = request.body?.client_id
  const aud = body?.aud
  const isFor = isStrings(aud) ? aud.some((one) => one === clientId) : aud === clientId
  return isFor || clientId === undefined ? undefined : words(aud)
}

function nonceFlaw({ body }: Message, request: Message): string | undefined {
  const sent = request.body?.nonce
  if (sent === undefined || body?.nonce === sent) return undefined
  return body?.nonce === undefined ? 'without the nonce that was sent' : 'with another nonce than was sent'
}

/** Its key is that of a certificate of the issuer, or one of the issuer's key set. */
function signerFlaw({ jwt, hop, author, reader }: Message, issuer: string, history: History) {
  if (!jwt) return undefined
  const { alg, x5c } = jwt.header
  const keys = keysOf(author, history)
  if (keys.some((key) => signatureFlawBy(jwt, key) === undefined)) return undefined
  // Where its keys may have come from before the case, nothing can be said.
  if (x5c === undefined && keys.length === 0 && isSigned(alg)) return undefined
  const chain = () => wrongChain(jwt, hop, { actor: reader, history }, 'from')
  const flaw = wrongSignature(jwt) ?? (x5c === undefined ? undefined : chain())
  if (flaw !== undefined) return `whose signer is not to be trusted (${flaw})`
  const leaf = leafOf(jwt)
  const names = leaf && uriNamesOf(leaf)
  return !names || names.includes(issuer) ? undefined : `with a certificate of ${words(names)}`
}

const isSigned = (alg: Json | undefined) => typeof alg === 'string' && !/^(none|HS\d+)$/i.test(alg)

/** Of the key set that this actor publishes, as far as somebody has asked for it (OpenID Connect Discovery 3). */
function keysOf(author: string | undefined, { messages }: History): KeyObject[] {
  const sets = messages.filter((one) => one.kind === 'jwks-response' && one.author === author)
  return sets.flatMap(({ body }) => (Array.isArray(body?.keys) ? body.keys.flatMap(keyOf) : []))
}

function keyOf(jwk: Json): KeyObject[] {
  try {
    return isObject(jwk) ? [createPublicKey({ key: jwk, format: 'jwk' })] : []
  } catch {
    return []
  }
}

function inTime(value: Json | undefined, nowS: number): string {
  if (typeof value !== 'number') return words(value)
  const byS = Math.round(value - nowS)
  return byS < 0 ? `${-byS} s ago` : `in ${byS} s`
}
