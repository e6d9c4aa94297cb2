/**
 * Whether a client had reason to believe metadata, and what it did then (UDAP Server Metadata 3; guide, Discovery
 * 2.3). A claim that the JWT has to have cannot be validated when it is not there.
 */
import type { Json, JsonObject } from '../../../../wire/json.ts'
import { decodeJwt } from '../../../../wire/jwt.ts'
import { clockMs } from '../../hops.ts'
import type { Message } from '../../message.ts'
import type { Finding, View } from '../../rule.ts'
import { leafOf, uriNamesOf } from '../../trust.ts'
import { words } from '../../words.ts'
import { baseOf, isAbsoluteUrl, published } from './metadata.ts'
import { endpointNames, signedClaimsOf } from './signed-metadata.ts'
import { SKEW_S } from './skew.ts'
import { wrongChain, wrongSignature } from './trusted.ts'
import { normalized } from './uri.ts'

/** The client went no further with metadata whose signed part does not hold. */
export function stopsAtWhatFails(message: Message, view: View): Finding | undefined {
  const flaw = flawOf(message, view)
  if (flaw === undefined) return undefined
  const next = followedUp(message, view, urlsIn(message))
  if (!next) return 'met'
  if (wasBelieved(message, view)) return undefined
  return { expected: `the client to stop at signed_metadata with ${flaw}`, seen: actOf(next), at: next }
}

/** The signed endpoint wins, or the client stops; the plain one is nobody's (2.3). */
export function takesSigned(message: Message, view: View): Finding | undefined {
  const plain = published(message)
  const signed = signedClaimsOf(message)
  if (!plain || !signed) return undefined
  const name = endpointNames.find(
    (one) => isAbsoluteUrl(plain[one]) && isAbsoluteUrl(signed[one]) && plain[one] !== signed[one],
  )
  if (name === undefined) return undefined
  const next = followedUp(message, view, [plain[name]])
  if (!next || wasBelieved(message, view)) return 'met'
  return { expected: `the signed ${name}, ${words(signed[name])}`, seen: actOf(next), at: next }
}

/** Why signed_metadata must not be believed; nothing when it may be, or when there is no metadata at all. */
export function flawOf(message: Message, view: View): string | undefined {
  const plain = published(message)
  if (!plain) return undefined
  const text = plain.signed_metadata
  const jwt = typeof text === 'string' ? decodeJwt(text) : undefined
  if (!jwt) return `${words(text)} for a JWT`
  const leaf = leafOf(jwt)
  return (
    (leaf ? wrongSignature(jwt) : 'no certificate in x5c[0]') ??
    wrongChain(jwt, message.hop, view, 'from') ??
    claimFlaw(jwt.claims, leaf ? uriNamesOf(leaf) : [], message, view) ??
    endpointFlaw(jwt.claims, plain, view)
  )
}

function claimFlaw(
  claims: JsonObject,
  names: string[],
  message: Message,
  { stage }: View,
): string | undefined {
  const { exp, iat, iss, jti, sub } = claims
  // To the letter or normalised: a client may compare in either way (guide 7.1.5).
  const isIssuer = (uri: string) => typeof iss === 'string' && normalized(uri) === normalized(iss)
  if (!names.some(isIssuer)) return `iss ${words(iss)}, which its certificate does not name`
  if (!isIssuer(baseOf(message, stage))) return `iss ${words(iss)}, which is not the base URL`
  if (sub !== iss) return `sub ${words(sub)}, which is not its iss`
  if (typeof exp !== 'number' || typeof iat !== 'number') return 'no exp or no iat that is a number'
  if (typeof jti !== 'string') return 'no jti'
  const agoMs = clockMs(message.hop, 'from') - exp * 1000
  return agoMs > SKEW_S * 1000 ? `an exp ${Math.round(agoMs / 1000)} s ago` : undefined
}

function endpointFlaw(claims: JsonObject, plain: JsonObject, { parameters }: View): string | undefined {
  const absent = endpointNames.find((name) => plain[name] !== undefined && claims[name] === undefined)
  if (absent) return `no ${absent}, which the plain metadata has`
  // 3.4 of the profile; where the guide has the signed one win, a client may take that.
  if (parameters.discovery.endpointsDiffer === 'use-signed') return undefined
  const other = endpointNames.find((name) => plain[name] !== undefined && plain[name] !== claims[name])
  return other && `another ${other} than the plain metadata`
}

const urlsIn = (message: Message): (Json | undefined)[] =>
  endpointNames.flatMap((name) => [message.body?.[name], signedClaimsOf(message)?.[name]])

/** Did the same client read metadata of the same server before that it could believe? Then it may go on by that. */
function wasBelieved(message: Message, view: View): boolean {
  return view.history
    .before(message, 'metadata')
    .some((one) => isOfSame(one, message) && published(one) && flawOf(one, view) === undefined)
}

const isOfSame = (one: Message, other: Message): boolean =>
  one.author === other.author && one.reader === other.reader

const acts: Record<string, string> = {
  'registration-request': 'a registration',
  'authorization-request': 'an authorization request',
  'token-request': 'a token request',
}

/** What the reader sent to one of these URLs before it read other metadata of that server. */
function followedUp(message: Message, { history }: View, urls: (Json | undefined)[]): Message | undefined {
  const later = history.messages.slice(history.messages.indexOf(message) + 1)
  const renewed = later.findIndex((one) => one.kind === 'metadata' && isOfSame(one, message))
  return later
    .slice(0, renewed < 0 ? undefined : renewed)
    .find((one) => acts[one.kind] && one.author === message.reader && urls.some((url) => isSentTo(one, url)))
}

function isSentTo({ hop }: Message, url: Json | undefined): boolean {
  const asked = hop.request?.url ?? ''
  return (
    typeof url === 'string' && (asked === url || asked.startsWith(`${url}?`) || asked.startsWith(`${url}&`))
  )
}

function actOf({ hop, kind }: Message): string {
  const [url = ''] = (hop.request?.url ?? '').split('?', 1)
  return `${acts[kind]} at ${words(url)}`
}
