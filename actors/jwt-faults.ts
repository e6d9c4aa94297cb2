/** What can be wrong with every JWT of the guide (7.1): one family for whoever signs. */
import { createHmac, generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto'
import type { RuleId } from '../spec/types.ts'
import type { JsonObject } from '../wire/json.ts'
import type { Jwt } from '../wire/jwt.ts'
import type { Artifact, Fault } from './make.ts'
import { onJwt, type Row, spoilt, spoiltText, type Wrong } from './spoil.ts'

/** Longer than any clock skew that receivers put up with. */
const AN_HOUR_S = 3600

/** The rules that each breaks; they differ from JWT to JWT. */
export interface JwtRules {
  expired: RuleId[]
  lifetime?: RuleId[]
  exp: RuleId[]
  iat: RuleId[]
  jti: RuleId[]
  x5c: RuleId[]
  alg: RuleId[]
  signature: RuleId[]
}

interface Family {
  artifact: Artifact
  /** For titles: "The …". */
  noun: string
  /** The longest lifetime that is allowed; some have none. */
  maxLifetimeS?: number
  rules: JwtRules
}

export function jwtFaults({ artifact, noun, maxLifetimeS, rules }: Family): Fault[] {
  const draft = (mutation: string, title: string, breaks: RuleId[], set: Record<string, Wrong>) =>
    spoilt(artifact, { mutation, title: `${noun} ${title}`, breaks, set })
  const text = (row: Row & { touches: string[]; change: (text: string) => string }) =>
    spoiltText(artifact, { ...row, title: `${noun} ${row.title}` })
  const shifted = (byS: number) => ({
    'claims.iat': (iat: number) => iat + byS,
    'claims.exp': (exp: number) => exp + byS,
  })

  return [
    draft('expired', 'expired an hour ago; its lifetime is as it should be.', rules.expired, {
      'claims.iat': (_: number, { claims }: TimedJwt, { nowS }: { nowS: number }) =>
        claims.iat - (claims.exp - (nowS - AN_HOUR_S)),
      'claims.exp': (_: number, __: TimedJwt, { nowS }: { nowS: number }) => nowS - AN_HOUR_S,
    }),
    ...(maxLifetimeS === undefined
      ? []
      : [
          draft(
            'lifetime-too-long',
            `expires ${maxLifetimeS + 1} s after it was issued; ${maxLifetimeS} s are allowed.`,
            rules.lifetime ?? [],
            { 'claims.exp': (_: number, { claims }: TimedJwt) => claims.iat + maxLifetimeS + 1 },
          ),
        ]),
    draft('issued-in-the-future', 'was issued in an hour, by its own iat.', rules.iat, shifted(AN_HOUR_S)),
    draft('no-exp', 'has no exp claim.', rules.exp, { 'claims.exp': undefined }),
    draft('exp-as-text', 'has its exp claim as a text.', rules.exp, { 'claims.exp': String }),
    draft('no-iat', 'has no iat claim.', rules.iat, { 'claims.iat': undefined }),
    draft('no-jti', 'has no jti claim.', rules.jti, { 'claims.jti': undefined }),
    draft('no-x5c', 'has no x5c header.', rules.x5c, { 'header.x5c': undefined }),
    draft('x5c-base64url', 'has its x5c certificates in base64url, without padding.', rules.x5c, {
      'header.x5c': ofChain((x5c) => x5c.map((one) => Buffer.from(one, 'base64').toString('base64url'))),
    }),
    draft('x5c-leaf-last', 'has its x5c certificates in the wrong order: the leaf comes last.', rules.x5c, {
      'header.x5c': ofChain((x5c) => [...x5c].reverse()),
    }),
    // Allowed (7.1.3): it puts the receiver to the test, which needs the intermediate from elsewhere.
    draft('x5c-leaf-only', 'has the leaf alone in its x5c.', ['gen-019'], {
      'header.x5c': ofChain((x5c) => x5c.slice(0, 1)),
    }),
    text({
      mutation: 'bad-signature',
      title: 'has a signature with one bit turned over.',
      breaks: rules.signature,
      touches: ['signature'],
      change: onJwt(({ signingInput, signature }) => `${signingInput}.${turned(signature)}`),
    }),
    text({
      mutation: 'other-key',
      title: 'is signed by another key than that of its certificate.',
      breaks: rules.signature,
      touches: ['signature'],
      change: onJwt(({ header, signingInput }) => `${signingInput}.${signedByAnother(header, signingInput)}`),
    }),
    text({
      mutation: 'alg-none',
      title: 'is not signed: alg is none.',
      breaks: rules.alg,
      touches: ['header.alg', 'signature'],
      change: onJwt((jwt) => `${withAlg(jwt, 'none')}.`),
    }),
    text({
      mutation: 'alg-hs256',
      title: 'is authenticated by HS256 with the public key of its certificate as the secret.',
      breaks: rules.alg,
      touches: ['header.alg', 'signature'],
      change: (text) =>
        onJwt((jwt) => {
          // Without a certificate nobody can know the key from the JWT alone.
          if (!Array.isArray(jwt.header.x5c)) return text
          const input = withAlg(jwt, 'HS256')
          const mac = createHmac('sha256', publicKeyText(jwt.header)).update(input).digest('base64url')
          return `${input}.${mac}`
        })(text),
    }),
  ]
}

/** Of a JWT whose subject is its issuer. */
export function issuerFaults({
  artifact,
  noun,
  issuer,
  subject,
}: Pick<Family, 'artifact' | 'noun'> & { issuer: RuleId[]; subject: RuleId[] }): Fault[] {
  const nobody = 'https://somebody-else.example'
  return [
    spoilt(artifact, {
      mutation: 'wrong-iss',
      title: `${noun} names somebody else as iss and sub.`,
      breaks: issuer,
      set: { 'claims.iss': nobody, 'claims.sub': nobody },
    }),
    spoilt(artifact, {
      mutation: 'sub-not-iss',
      title: `${noun} has another sub than iss.`,
      breaks: subject,
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

function withAlg({ header, signingInput }: Jwt, alg: string): string {
  const claims = signingInput.slice(signingInput.indexOf('.') + 1)
  return `${Buffer.from(JSON.stringify({ ...header, alg })).toString('base64url')}.${claims}`
}

function turned(signature: string): string {
  const bytes = Buffer.from(signature, 'base64url')
  if (bytes.length > 0) bytes[0] = bytes[0]! ^ 1
  return bytes.toString('base64url')
}

/** As libraries take it for a secret that do not tie an algorithm to a kind of key. */
function publicKeyText({ x5c }: JsonObject): string {
  const leaf = Array.isArray(x5c) ? String(x5c[0]) : ''
  return new X509Certificate(Buffer.from(leaf, 'base64')).publicKey
    .export({ type: 'spki', format: 'pem' })
    .toString()
}

/** Kept: an RSA key takes longer to make than a case to run. */
let otherRsa: { privateKey: KeyObject } | undefined

/** Of the kind that the header promises, so that nothing but the key is wrong. */
function signedByAnother({ alg }: JsonObject, input: string): string {
  const hash = `sha${String(alg).slice(2)}`
  const curve = { ES256: 'P-256', ES384: 'P-384' }[String(alg)]
  if (curve !== undefined) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: curve })
    return sign(hash, Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString(
      'base64url',
    )
  }
  otherRsa ??= generateKeyPairSync('rsa', { modulusLength: 2048 })
  return sign(hash, Buffer.from(input), otherRsa.privateKey).toString('base64url')
}
