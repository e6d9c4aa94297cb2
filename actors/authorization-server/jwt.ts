/** What holds for a software statement and every client assertion alike: a JWT signed by the key of its x5c leaf. */
import type { ParsedCertificate } from '../../certs/certificate.ts'
import { ChainError } from '../../certs/chain-error.ts'
import { readX5c } from '../../certs/x5c.ts'
import type { RuleId } from '../../spec/types.ts'
import { isObject, isStrings, type JsonObject } from '../../wire/json.ts'
import { decodeJwt } from '../../wire/jwt.ts'
import { SIGNING_ALGORITHMS } from '../../wire/udap.ts'
import { certificateFlaw } from '../certificate-policy.ts'
import { type Check, Refusal } from '../checks.ts'
import { definitionOf } from '../community.ts'
import { algorithmsOf, isSignedBy } from '../jws.ts'
import type { Server } from './server.ts'

/** One JWT while it is checked. */
export interface SignedJwt {
  compact: string
  /** Empty objects when the text is no JWT. */
  header: JsonObject
  claims: JsonObject
  /** Undefined only behind a skipped x5c check: then nothing is held against a certificate any more. */
  leaf: ParsedCertificate | undefined
  /** URI of the community whose anchor the chain leads to. Undefined only behind a skipped chain check. */
  community: string | undefined
}

export interface JwtSubject {
  server: Server
  jwt: SignedJwt
}

export function signedJwt(compact: string): SignedJwt {
  return { compact, header: {}, claims: {}, leaf: undefined, community: undefined }
}

type JwtCheckName =
  | 'format'
  | 'x5c'
  | 'algorithm'
  | 'signature'
  | 'chain'
  | 'certificate-policy'
  | 'subject'
  | 'audience'
  | 'times'
  | 'issued-at'
  | 'expiry'
  | 'lifetime'
  | 'jti'
  | 'replay'

/** What differs between the kinds of JWT. */
export interface JwtKind {
  /** First half of the names of its checks. */
  type:
    | 'software-statement'
    | 'client-assertion'
    | 'introspection-assertion'
    | 'revocation-assertion'
    | 'certification'
  /** For messages: "The …". */
  noun: string
  /** Rules that each check enforces; the guide has none for what it does not describe. */
  refs?: Partial<Record<JwtCheckName, RuleId[]>>
  /** Rules that the server breaks when one is skipped. */
  breaks?: Partial<Record<JwtCheckName, RuleId[]>>
  /** Error codes: what cannot be verified, what is not trusted, what says the wrong thing. */
  errors: { unverifiable: string; untrusted: string; invalid: string }
  /** Each of them is good. */
  audiences(server: Server): string[]
  maxLifetimeS(server: Server): number
}

/** Kinds that the guide describes. */
const ofGuide = { 'software-statement': true, 'client-assertion': true, certification: true }

/** Rules of whoever reads one of them, whatever it is for. */
const ofEvery: Partial<Record<JwtCheckName, RuleId[]>> = {
  format: ['gen-x01'],
  algorithm: ['gen-x02'],
  signature: ['gen-x02'],
  chain: ['gen-019'],
  'certificate-policy': ['com-021'],
  expiry: ['gen-x03'],
}

/** The checks of one kind of JWT, by name; the endpoint puts them in order. */
export function jwtChecks(kind: JwtKind): Record<JwtCheckName, Check<JwtSubject>> {
  const { noun, errors } = kind
  const refuse = (message: string, error = errors.invalid) => {
    throw new Refusal(`${noun} ${message}`, { status: 400, error })
  }
  const check = (name: JwtCheckName, run: Check<JwtSubject>['run']): Check<JwtSubject> => ({
    name: `${kind.type}-${name}`,
    refs: kind.refs?.[name] ?? [],
    breaks: [...(kind.breaks?.[name] ?? []), ...(kind.type in ofGuide ? (ofEvery[name] ?? []) : [])],
    run,
  })
  return {
    format: check('format', ({ jwt }) => {
      const decoded = decodeJwt(jwt.compact)
      Object.assign(jwt, { header: decoded?.header ?? {}, claims: decoded?.claims ?? {} })
      if (!decoded) refuse('is not a JWT in JWS compact serialization.', errors.unverifiable)
      // RFC 7515 4.1.11: an extension that must be understood and is not. RFC 7797 7 bans b64 in a JWT.
      if ('crit' in jwt.header) refuse('has a crit header, which is not supported.', errors.unverifiable)
    }),

    x5c: check('x5c', ({ jwt }) => {
      try {
        jwt.leaf = readX5c(jwt.header.x5c)[0]
      } catch (error) {
        if (!(error instanceof ChainError)) throw error
        refuse(`has no good x5c header: ${error.message}`, errors.unverifiable)
      }
    }),

    algorithm: check('algorithm', ({ jwt }) => {
      const { alg } = jwt.header
      if (!SIGNING_ALGORITHMS.some((known) => known === alg)) {
        refuse(`has an alg header other than ${SIGNING_ALGORITHMS.join(', ')}.`, errors.unverifiable)
      }
      if (jwt.leaf && !algorithmsOf(jwt.leaf.publicKey).includes(alg as string)) {
        refuse('has an alg header that does not fit the key of its certificate.', errors.unverifiable)
      }
    }),

    signature: check('signature', async ({ jwt }) => {
      if (!jwt.leaf) return
      const { publicKey } = jwt.leaf
      const signed = await isSignedBy(jwt.compact, publicKey, algorithmsOf(publicKey))
      if (!signed) refuse('is not signed by the key of its certificate.', errors.unverifiable)
    }),

    chain: check('chain', async ({ jwt, server }) => {
      if (!jwt.leaf) return
      try {
        jwt.community = await server.trust.communityOf(jwt.header.x5c)
      } catch (error) {
        if (!(error instanceof ChainError)) throw error
        refuse(`has a certificate that is not trusted: ${error.message}`, errors.untrusted)
      }
    }),

    // What the guide leaves to the community (7.1.2).
    'certificate-policy': check('certificate-policy', ({ jwt, server }) => {
      const community = definitionOf(server.runtime.context, jwt.community)
      const flaw = community && jwt.leaf && certificateFlaw(jwt.leaf, community)
      if (flaw)
        refuse(`has a certificate that ${community.name} does not allow: it ${flaw}.`, errors.untrusted)
    }),

    subject: check('subject', ({ jwt: { claims } }) => {
      if (typeof claims.iss !== 'string' || claims.sub !== claims.iss) {
        refuse('must have equal iss and sub claims.')
      }
    }),

    audience: check('audience', ({ jwt, server }) => {
      const { aud } = jwt.claims
      const expected = kind.audiences(server)
      const named = isStrings(aud) ? aud : [aud]
      if (!expected.some((url) => named.includes(url))) {
        refuse(`must have the aud claim ${expected.join(' or ')}, to the letter.`)
      }
    }),

    times: check('times', ({ jwt: { claims } }) => {
      if (!Number.isSafeInteger(claims.iat) || !Number.isSafeInteger(claims.exp)) {
        refuse('must have whole numbers as iat and exp claims.')
      }
    }),

    'issued-at': check('issued-at', ({ jwt, server }) => {
      const latest = server.runtime.nowS() + skewOf(server, jwt)
      if (seconds(jwt, 'iat') > latest) refuse('was issued in the future: see its iat claim.')
    }),

    expiry: check('expiry', ({ jwt, server }) => {
      const ended = server.runtime.nowS() - skewOf(server, jwt)
      if (seconds(jwt, 'exp') <= ended) refuse('has expired: see its exp claim.')
    }),

    lifetime: check('lifetime', ({ jwt, server }) => {
      const max = kind.maxLifetimeS(server)
      if (seconds(jwt, 'exp') - seconds(jwt, 'iat') > max)
        refuse(`must expire at most ${max} s after its iat.`)
    }),

    jti: check('jti', ({ jwt: { claims } }) => {
      if (typeof claims.jti !== 'string' || claims.jti === '') refuse('must have a jti claim.')
    }),

    // After everything that proves who sent it: nobody else can use up an issuer's jti.
    replay: check('replay', ({ jwt, server }) => {
      const { iss, jti } = jwt.claims
      if (server.policy.replay === 'accept' || typeof iss !== 'string' || typeof jti !== 'string') return
      // What is signed, without the signature: an ECDSA signature can be written in two ways.
      const signed = jwt.compact.slice(0, jwt.compact.lastIndexOf('.'))
      const used = { issuer: iss, jti, type: kind.type, exp: seconds(jwt, 'exp'), signed }
      if (!server.replay.firstUse(used, server.runtime.nowS())) refuse('was used before: its jti is not new.')
    }),
  }
}

/** What the server puts up with by itself, or what its community has agreed on. */
function skewOf({ policy, runtime }: Server, { community }: SignedJwt): number {
  return Math.max(policy.skewS, definitionOf(runtime.context, community)?.time?.maxSkewS ?? 0)
}

/** `iss`; empty when it is no string, which only a skipped check lets through. */
export function issuerOf({ claims }: SignedJwt): string {
  return typeof claims.iss === 'string' ? claims.iss : ''
}

/** NaN when the claim is no number: behind a skipped check it then breaks no limit. */
function seconds({ claims }: SignedJwt, name: 'iat' | 'exp'): number {
  const value = claims[name]
  return typeof value === 'number' ? value : Number.NaN
}

/** The member of an object that came over the wire, never one that it inherits. */
export function member(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
}
