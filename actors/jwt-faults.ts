/** What can be wrong with every JWT of the guide (7.1): one family for whoever signs. */
import type { RuleId } from '../spec/types.ts'
import type { Jwt } from '../wire/jwt.ts'
import { authenticatedByHmac, signedByAnother, turned, withAlg } from './jwt-forgery.ts'
import type { Artifact, Fault, JwtDraft } from './make.ts'
import { onJwt, type Row, spoilt, spoiltText, type Wrong } from './spoil.ts'

/** Longer than any clock skew that receivers put up with. */
const AN_HOUR_S = 3600
/** Shorter than what receivers may put up with (7.1: five minutes). */
const A_MINUTE_S = 60

/** Those that the sender breaks; or with those of the receiver that it puts to the test. */
export type Named = RuleId[] | Pick<Row, 'breaks' | 'tests'>

/** What goes wrong in one place, and has one rule in most JWTs. */
type Group = 'expired' | 'lifetime' | 'exp' | 'iat' | 'jti' | 'x5c' | 'alg' | 'signature'

/** Mutation to its group. */
const family = {
  expired: 'expired',
  'expired-within-skew': undefined,
  'lifetime-too-long': 'lifetime',
  'issued-in-the-future': 'iat',
  'no-exp': 'exp',
  'exp-as-text': 'exp',
  'no-iat': 'iat',
  'no-jti': 'jti',
  'same-jti': undefined,
  'no-iss': undefined,
  'repeated-claim': undefined,
  'unknown-claim': undefined,
  'no-x5c': 'x5c',
  'x5c-base64url': 'x5c',
  'x5c-leaf-last': 'x5c',
  'x5c-leaf-only': undefined,
  'no-alg': 'alg',
  'alg-of-other-key': 'alg',
  'alg-none': 'alg',
  'alg-hs256': 'alg',
  'empty-crit': undefined,
  'unknown-crit': undefined,
  'bad-signature': 'signature',
  'other-key': 'signature',
  'five-parts': undefined,
} as const satisfies Record<string, Group | undefined>

export type JwtMutation = keyof typeof family

/** Rules of one kind of JWT, by group or, where one differs from its group, by mutation. */
export type JwtRules = Partial<Record<Group | JwtMutation, Named>>

/** Rules of 7.1 and the RFCs, which whoever signs breaks whatever the JWT is for. */
const general: Partial<Record<JwtMutation, RuleId[]>> = {
  'no-exp': ['gen-014'],
  'exp-as-text': ['gen-002', 'gen-x05'],
  'no-jti': ['gen-014'],
  'same-jti': ['gen-015'],
  'no-iss': ['gen-014'],
  'repeated-claim': ['gen-002', 'gen-x04'],
  'no-x5c': ['gen-012'],
  'x5c-base64url': ['gen-012', 'gen-001'],
  'x5c-leaf-last': ['gen-012'],
  'no-alg': ['gen-011', 'gen-001'],
  'alg-of-other-key': ['gen-011'],
  'alg-none': ['gen-003'],
  'alg-hs256': ['gen-012'],
  'empty-crit': ['gen-001', 'gen-x06'],
  'bad-signature': ['gen-012'],
  'other-key': ['gen-012'],
  'five-parts': ['gen-004', 'gen-003'],
}

/** Rules of whoever reads it. */
const generalTests: Partial<Record<JwtMutation, RuleId[]>> = {
  expired: ['gen-x03'],
  'unknown-crit': ['gen-x01'],
  'no-alg': ['gen-x02'],
  'alg-of-other-key': ['gen-x02'],
  'alg-none': ['gen-x02'],
  'alg-hs256': ['gen-x02'],
  'bad-signature': ['gen-x02'],
  'other-key': ['gen-x02'],
  'x5c-leaf-last': ['gen-x02'],
  // Allowed (7.1.3): the reader needs the intermediate from elsewhere.
  'x5c-leaf-only': ['gen-019'],
}

interface Family {
  artifact: Artifact
  /** For titles: "The …". */
  noun: string
  /** The longest lifetime that is allowed; some have none. */
  maxLifetimeS?: number
  /** Those of this kind of JWT, beside the general ones. */
  rules: JwtRules
}

export function jwtFaults({ artifact, noun, maxLifetimeS, rules }: Family): Fault[] {
  const about = (mutation: JwtMutation, title: string): Row => ({
    mutation,
    title: `${noun} ${title}`,
    ...rulesOf(artifact, mutation, rules),
  })
  const draft = (mutation: JwtMutation, title: string, set: Record<string, Wrong>) =>
    spoilt(artifact, { ...about(mutation, title), set })
  const text = (
    mutation: JwtMutation,
    title: string,
    touches: string[],
    change: (jwt: Jwt) => string | undefined,
  ) =>
    spoiltText(artifact, {
      ...about(mutation, title),
      touches,
      change: (before) => onJwt((jwt) => change(jwt) ?? before)(before),
    })
  const shifted = (byS: number) => ({
    'claims.iat': (iat: number) => iat + byS,
    'claims.exp': (exp: number) => exp + byS,
  })
  const expiredFor = (agoS: number) => ({
    'claims.iat': (_: number, { claims }: TimedJwt, { nowS }: { nowS: number }) =>
      claims.iat - (claims.exp - (nowS - agoS)),
    'claims.exp': (_: number, __: TimedJwt, { nowS }: { nowS: number }) => nowS - agoS,
  })

  return [
    draft('expired', 'expired an hour ago; its lifetime is as it should be.', expiredFor(AN_HOUR_S)),
    draft(
      'expired-within-skew',
      'expired a minute ago; whether that is put up with, the community says.',
      expiredFor(A_MINUTE_S),
    ),
    ...(maxLifetimeS === undefined
      ? []
      : [
          draft(
            'lifetime-too-long',
            `expires ${maxLifetimeS + 1} s after it was issued; ${maxLifetimeS} s are allowed.`,
            { 'claims.exp': (_: number, { claims }: TimedJwt) => claims.iat + maxLifetimeS + 1 },
          ),
        ]),
    draft('issued-in-the-future', 'was issued in an hour, by its own iat.', shifted(AN_HOUR_S)),
    draft('no-exp', 'has no exp claim.', { 'claims.exp': undefined }),
    draft('exp-as-text', 'has its exp claim as a text.', { 'claims.exp': String }),
    draft('no-iat', 'has no iat claim.', { 'claims.iat': undefined }),
    draft('no-jti', 'has no jti claim.', { 'claims.jti': undefined }),
    draft('same-jti', 'has the same jti as every other that is made with this fault.', {
      'claims.jti': 'the-same-every-time',
    }),
    draft('no-iss', 'has no iss claim.', { 'claims.iss': undefined }),
    draft('repeated-claim', 'has its jti claim twice.', {
      payload: (_: undefined, { claims }: JwtDraft) =>
        `${JSON.stringify(claims).slice(0, -1)},"jti":${JSON.stringify(claims.jti ?? 'again')}}`,
    }),
    draft('unknown-claim', 'has a claim that nobody knows, which is to be ignored.', {
      'claims.x_unknown': 'whatever',
    }),
    draft('no-x5c', 'has no x5c header.', { 'header.x5c': undefined }),
    draft('x5c-base64url', 'has its x5c certificates in base64url, without padding.', {
      'header.x5c': ofChain((x5c) => x5c.map((one) => Buffer.from(one, 'base64').toString('base64url'))),
    }),
    draft('x5c-leaf-last', 'has its x5c certificates in the wrong order: the leaf comes last.', {
      'header.x5c': ofChain((x5c) => [...x5c].reverse()),
    }),
    draft('x5c-leaf-only', 'has the leaf alone in its x5c.', {
      'header.x5c': ofChain((x5c) => x5c.slice(0, 1)),
    }),
    draft('unknown-crit', 'has a header that must be understood by its crit, and that nobody understands.', {
      'header.crit': ['x-unknown'],
      'header.x-unknown': true,
    }),
    draft('empty-crit', 'has an empty list as its crit header.', { 'header.crit': [] }),
    text('no-alg', 'has no alg header.', ['header.alg'], (jwt) =>
      [withAlg(jwt, undefined), jwt.signature].join('.'),
    ),
    text(
      'alg-of-other-key',
      'names an alg that is for another kind of key than that of its certificate.',
      ['header.alg'],
      (jwt) =>
        [withAlg(jwt, /^RS/.test(String(jwt.header.alg)) ? 'ES256' : 'RS256'), jwt.signature].join('.'),
    ),
    text(
      'alg-none',
      'is not signed: alg is none.',
      ['header.alg', 'signature'],
      (jwt) => `${withAlg(jwt, 'none')}.`,
    ),
    text(
      'alg-hs256',
      'is authenticated by HS256 with the public key of its certificate as the secret.',
      ['header.alg', 'signature'],
      authenticatedByHmac,
    ),
    text(
      'bad-signature',
      'has a signature with one bit turned over.',
      ['signature'],
      ({ signingInput, signature }) => `${signingInput}.${turned(signature)}`,
    ),
    text(
      'other-key',
      'is signed by another key than that of its certificate.',
      ['signature'],
      signedByAnother,
    ),
    text(
      'five-parts',
      'has five parts, as if it were encrypted.',
      [''],
      ({ signingInput, signature }) => `${signingInput}.${signature}.AAAA.AAAA`,
    ),
  ]
}

function rulesOf(artifact: Artifact, mutation: JwtMutation, rules: JwtRules) {
  const group = family[mutation]
  const own = named(rules[mutation] ?? (group && rules[group]) ?? [])
  return {
    breaks: merged(own.breaks, generalOf(artifact, mutation)),
    tests: merged(own.tests, generalTests[mutation]),
  }
}

const named = (rules: Named): Pick<Row, 'breaks' | 'tests'> =>
  Array.isArray(rules) ? { breaks: rules } : rules

const merged = (own: RuleId[] = [], more: RuleId[] = []) => [...new Set([...own, ...more])]

/** The headers of signed_metadata have a row of their own (gen-013). */
function generalOf(artifact: Artifact, mutation: JwtMutation): RuleId[] | undefined {
  const rules = general[mutation]
  return artifact === 'signed-metadata' ? rules?.filter((id) => id !== 'gen-011' && id !== 'gen-012') : rules
}

/** Of a JWT whose subject is its issuer. */
export function issuerFaults({
  artifact,
  noun,
  issuer,
  subject,
}: Pick<Family, 'artifact' | 'noun'> & { issuer: Named; subject: Named }): Fault[] {
  const nobody = 'https://somebody-else.example'
  return [
    spoilt(artifact, {
      mutation: 'wrong-iss',
      title: `${noun} names somebody else as iss and sub.`,
      ...named(issuer),
      set: { 'claims.iss': nobody, 'claims.sub': nobody },
    }),
    spoilt(artifact, {
      mutation: 'sub-not-iss',
      title: `${noun} has another sub than iss.`,
      ...named(subject),
      set: { 'claims.sub': nobody },
    }),
  ]
}

/** A JWT without certificates stays as it is: then the fault does not fire. */
const ofChain = (change: (x5c: string[]) => string[]) => (x5c: string[] | undefined) =>
  Array.isArray(x5c) ? change(x5c) : x5c

interface TimedJwt {
  claims: { iat: number; exp: number }
}
