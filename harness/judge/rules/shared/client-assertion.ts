/** The Authentication Token of a token request: header, signature and claims (guide 4.2.1, 5.2.1). */
import type { X509Certificate } from 'node:crypto'
import type { History } from '../../history.ts'
import { clockMs } from '../../hops.ts'
import type { Message } from '../../message.ts'
import type { Rule } from '../../rule.ts'
import { leafOf, signatureFlaw } from '../../trust.ts'
import { withName, words } from '../../words.ts'
import { wholeNumber } from './claims.ts'
import { ownClientId } from './client-id.ts'
import { usesKeySet, withKeySet } from './jku.ts'
import { sameJti } from './jti.ts'
import { SKEW_S } from './skew.ts'

/** JWS compact serialization, and signed (RFC 7515 7.1). */
export const compactAndSigned: Rule['judge'] = ({ jwt, text }) => {
  if (!jwt) return { expected: 'a JWT in compact serialization', seen: words(text, 'client_assertion') }
  if (jwt.signature === '' || jwt.header.alg === 'none')
    return { expected: 'a JWT that is signed', seen: `alg ${words(jwt.header.alg)}` }
  return 'met'
}

/** alg and x5c as 7.1 has them. Other signature algorithms than those of its table are a matter of agreement. */
export const headerFits: Rule['judge'] = ({ jwt }) => {
  if (!jwt) return undefined
  const { alg, x5c } = jwt.header
  // The experiment of 7.6, which has rules of its own.
  if (usesKeySet(jwt)) return undefined
  if (typeof alg !== 'string' || /^(none|HS\d*)$/i.test(alg))
    return { expected: 'alg a signature algorithm', seen: `alg ${words(alg)}` }
  if (!Array.isArray(x5c) || x5c.length === 0)
    return { expected: 'an x5c header with the certificate', seen: words(x5c) }
  const leaf = leafOf(jwt)
  if (!leaf) return { expected: 'x5c[0] a certificate in base64 DER', seen: words(x5c[0]) }
  if (leaf.ca) return { expected: 'the certificate of the client first in x5c', seen: 'a CA certificate' }
  if (isFor(alg, leaf)) return 'met'
  const { asymmetricKeyType } = leaf.publicKey
  return {
    expected: 'an alg for the key of x5c[0]',
    seen: `alg ${words(alg)} for a key of type ${words(asymmetricKeyType)}`,
  }
}

/** Is the algorithm one for this kind of key? */
const isFor = (alg: string, { publicKey }: X509Certificate): boolean =>
  alg.startsWith('ES') === (publicKey.asymmetricKeyType === 'ec')

/** What the client has of the private key of its certificate, only the signature shows. */
export const signedWithOwnKey: Rule['judge'] = (message, { history }) => {
  const jwt = withKeySet(message, history)
  const leaf = jwt && leafOf(jwt)
  const { alg } = jwt?.header ?? {}
  if (!leaf || leaf.ca || typeof alg !== 'string' || !isFor(alg, leaf)) return undefined
  if (!/^(RS256|RS384|ES256|ES384)$/.test(alg)) return undefined
  const flaw = signatureFlaw(jwt)
  if (flaw === undefined) return 'met'
  return { expected: 'a signature by the private key of the certificate in x5c[0]', seen: flaw }
}

const clientIdIs =
  (name: 'iss' | 'sub'): Rule['judge'] =>
  (message, { history }) => {
    const { body } = message
    if (!body) return undefined
    const found = ownClientId(body[name], message, history)
    if (!found || found.isOwn) return found && 'met'
    return {
      expected: `${name} ${words(found.given)}, the client_id that was assigned`,
      seen: words(body[name]),
    }
  }

export const issuerIsClient = clientIdIs('iss')
export const subjectIsClient = clientIdIs('sub')

/** To the letter as published; where it is not on record what was, as it was asked. */
export const audienceIsTokenEndpoint: Rule['judge'] = (message, { history }) => {
  const { body, hop } = message
  if (!body) return undefined
  const asked = hop.request!.url
  const published = endpointsRead(message, history).filter((url) => new URL(url).href === asked)
  const good = published.length > 0 ? published : [asked]
  if ([body.aud].flat().some((one) => typeof one === 'string' && good.includes(one))) return 'met'
  return { expected: `aud ${words(good[0])}, the token endpoint as published`, seen: words(body.aud) }
}

function endpointsRead(message: Message, history: History): string[] {
  return (['metadata', 'signed-metadata'] as const)
    .flatMap((kind) => history.before(message, kind))
    .filter(({ reader }) => reader === message.author)
    .flatMap(({ body }) => {
      const url = body?.token_endpoint
      return typeof url === 'string' && URL.canParse(url) ? [url] : []
    })
}

const isWhole =
  (name: 'exp' | 'iat'): Rule['judge'] =>
  ({ body }) =>
    body && wholeNumber(body, name)

export const expWhole = isWhole('exp')

/** The time at which it was made, by the clock of the client. */
export const iatTrue: Rule['judge'] = (message, view) => {
  const finding = isWhole('iat')(message, view)
  if (finding !== 'met') return finding
  const ahead = Math.round(Number(message.body!.iat) - clockMs(message.hop, 'from') / 1000)
  if (ahead <= SKEW_S) return 'met'
  return { expected: 'iat the time at which it was made', seen: `iat ${ahead} s after it was sent` }
}

export const lifetimeShort: Rule['judge'] = ({ body }, { parameters }) => {
  const { exp, iat } = body ?? {}
  if (!Number.isInteger(exp) || !Number.isInteger(iat)) return undefined
  const lifetimeS = Number(exp) - Number(iat)
  const longest = parameters.jwt.maxAssertionLifetimeS
  if (lifetimeS <= longest) return 'met'
  return { expected: `exp at most ${longest} s after iat`, seen: `exp ${lifetimeS} s after iat` }
}

/** Whose clock is wrong does not know it: by the clock of the client. */
export const unexpired: Rule['judge'] = ({ body, hop }) => {
  if (!Number.isInteger(body?.exp)) return undefined
  const ago = Math.round(clockMs(hop, 'from') / 1000 - Number(body!.exp))
  if (ago <= SKEW_S) return 'met'
  return { expected: 'a client assertion that has not expired', seen: `one that expired ${ago} s ago` }
}

/** There, and not that of another one of the same issuer that has not expired. The same JWT again is no other one. */
export const jtiUnique: Rule['judge'] = (message, view) => {
  const { body, author, hop } = message
  if (!body) return undefined
  const { jti } = body
  if (typeof jti !== 'string' || jti === '') return { expected: 'a jti', seen: withName('jti', jti) }
  const nowS = clockMs(hop, 'from') / 1000
  const other = sameJti(message, view).find(({ author: by, body: its }) => {
    return by === author && typeof its?.exp === 'number' && its.exp > nowS
  })
  if (!other) return 'met'
  return { expected: 'a jti of its own', seen: 'that of a JWT before it, which has not expired' }
}

/** Authorization extensions are for client credentials alone (guide 5.2.1). */
export const noExtensions: Rule['judge'] = ({ body }) => {
  if (!body) return undefined
  return Object.hasOwn(body, 'extensions')
    ? { expected: 'no extensions claim without client_credentials', seen: words(body.extensions) }
    : 'met'
}
