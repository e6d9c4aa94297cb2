/**
 * The judge's own check of a signer: chain, dates, key usage and revocation, without the libraries that the
 * actors use. Certificates as RFC 5280 6.1 has them, as far as a UDAP community needs it.
 */
import { type KeyObject, verify, type X509Certificate } from 'node:crypto'
import { bodyBytes } from '../../wire/decode.ts'
import type { Json } from '../../wire/json.ts'
import type { Jwt } from '../../wire/jwt.ts'
import { fromBase64url } from '../../wire/parse.ts'
import type { StageCase } from '../trace/trace.ts'
import { certificateOf, extensionsOf, isIssuedBy, isSame, uriNamesOf } from './certificate.ts'
import type { History } from './history.ts'
import { answered, type Hop } from './hops.ts'
import { words } from './words.ts'

const maxPath = 6

/** Whom somebody trusts: anchors, and other certificates that a path may go through. */
export interface Trust {
  anchors: X509Certificate[]
  known: X509Certificate[]
}

/**
 * The anchors of an actor, in one community or in all. What it may have fetched by AIA is known: the intermediates
 * of all authorities of the case, and what anybody was seen to fetch.
 */
export function trustOf(
  actor: string | undefined,
  { issuers, stage: { actors } }: Pick<History, 'issuers' | 'stage'>,
  community?: string,
): Trust {
  const anchors = (actor === undefined ? undefined : actors[actor]?.anchors) ?? {}
  const meant = community === undefined ? Object.values(anchors) : [anchors[community] ?? []]
  return {
    anchors: certificatesOf(meant.flat()),
    known: [...certificatesOf(Object.values(actors).map(({ facts }) => facts.intermediate)), ...issuers],
  }
}

/** Certificates of authorities that came over the wire as DER (RFC 5280 4.2.2.1). */
export function issuersIn(hops: Hop[]): X509Certificate[] {
  return hops.flatMap((hop) => {
    const response = hop.class === 'issuer-certificate' ? answered(hop) : undefined
    return (response && certificateOf(bodyBytes(response).toString('base64'))) ?? []
  })
}

/** `undefined` when the authority vouches for the JWT's signer at that moment; otherwise why not, in words. */
export function distrust(jwt: Jwt, authority: string, stage: StageCase, atMs: number): string | undefined {
  const { root, intermediate } = stage.actors[authority]?.facts ?? {}
  const anchors = certificatesOf([root])
  if (anchors.length === 0) return `no actor ${authority} with a root certificate in this case`
  return signatureFlaw(jwt) ?? chainFlaw(jwt, { anchors, known: certificatesOf([intermediate]) }, stage, atMs)
}

/** What is wrong with the signature by the key of x5c[0] (RFC 7515 4.1.6), in words. */
export function signatureFlaw(jwt: Jwt): string | undefined {
  const known = signatureFlaws.get(jwt)
  if (known !== undefined) return known === '' ? undefined : known
  const flaw = flawOf(() => checkSignature(jwt, chainOf(jwt.header.x5c)[0]!.publicKey))
  signatureFlaws.set(jwt, flaw ?? '')
  return flaw
}

/** The same by a key that is known otherwise. */
export const signatureFlawBy = (jwt: Jwt, key: KeyObject): string | undefined =>
  flawOf(() => checkSignature(jwt, key))

/** Several rules ask the same of a JWT; '' is none. */
const signatureFlaws = new WeakMap<Jwt, string>()

/** Why no valid chain leads from x5c[0] to an anchor at that moment, in words. */
export function chainFlaw(jwt: Jwt, trust: Trust, stage: StageCase, atMs: number): string | undefined {
  return flawOf(() => {
    const path = findPath(chainOf(jwt.header.x5c), trust)
    for (const [depth, certificate] of path.entries()) {
      checkDates(certificate, atMs)
      checkUse(certificate, depth)
      checkRevocation(certificate, stage, atMs)
    }
  })
}

export { uriNamesOf } from './certificate.ts'

/** The signer's certificate, unless x5c holds none. */
export function leafOf(jwt: Jwt): X509Certificate | undefined {
  const { x5c } = jwt.header
  return Array.isArray(x5c) ? certificateOf(x5c[0]) : undefined
}

/** Whether the leaf of a chain in base64 DER has this URI name, with or without a purpose of use after #. */
export function isNamed([leaf]: string[], uri: string): boolean {
  const certificate = certificateOf(leaf)
  return (
    certificate !== undefined &&
    uriNamesOf(certificate).some((name) => [name, name.replace(/\/?#[^#]*$/, '')].includes(uri))
  )
}

const certificatesOf = (all: (Json | undefined)[]): X509Certificate[] =>
  all.flatMap((one) => certificateOf(one) ?? [])

class Distrust extends Error {}

function flawOf(check: () => void): string | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    if (error instanceof Distrust) return error.message
    throw error
  }
}

/** Leaf first (RFC 7515 4.1.6). */
function chainOf(x5c: Json | undefined): X509Certificate[] {
  if (!Array.isArray(x5c) || x5c.length === 0) throw new Distrust('no x5c in its header')
  if (x5c.length > maxPath) throw new Distrust(`an x5c of ${x5c.length} certificates`)
  return x5c.map((item, index) => {
    const certificate = certificateOf(item)
    if (!certificate) throw new Distrust(`x5c[${index}] is no certificate in base64 DER`)
    return certificate
  })
}

const algorithms: Record<string, { hash: string; type: 'rsa' | 'ec'; curve?: string }> = {
  RS256: { hash: 'sha256', type: 'rsa' },
  RS384: { hash: 'sha384', type: 'rsa' },
  ES256: { hash: 'sha256', type: 'ec', curve: 'prime256v1' },
  ES384: { hash: 'sha384', type: 'ec', curve: 'secp384r1' },
}

/** The key decides which algorithm is possible, never the header alone: no `none`, no HMAC with a public key. */
function checkSignature({ header, signature, signingInput }: Jwt, key: KeyObject): void {
  const { alg } = header
  const algorithm = typeof alg === 'string' && Object.hasOwn(algorithms, alg) ? algorithms[alg] : undefined
  if (!algorithm) throw new Distrust(`alg ${words(alg)}, which is no signature algorithm of the guide`)
  const { asymmetricKeyType, asymmetricKeyDetails } = key
  if (asymmetricKeyType !== algorithm.type || asymmetricKeyDetails?.namedCurve !== algorithm.curve) {
    throw new Distrust(`alg ${alg} over a key of type ${asymmetricKeyType}`)
  }
  const bytes = fromBase64url(signature)
  const encoding = { key, dsaEncoding: 'ieee-p1363' } as const
  if (!bytes || !verify(algorithm.hash, Buffer.from(signingInput), encoding, bytes)) {
    throw new Distrust('a signature that does not fit the key of x5c[0]')
  }
}

/** From the leaf to the anchor, each issued and signed by the next; bounded and without cycles. */
function findPath(chain: X509Certificate[], { anchors, known }: Trust): X509Certificate[] {
  const candidates = [...anchors, ...chain.slice(1), ...known]
  const extend = (path: X509Certificate[]): X509Certificate[] | undefined => {
    const last = path.at(-1)!
    if (anchors.some((anchor) => isSame(last, anchor))) return path
    if (path.length > maxPath) return undefined
    for (const next of candidates) {
      if (path.some((seen) => isSame(seen, next)) || !isIssuedBy(last, next)) continue
      const found = extend([...path, next])
      if (found) return found
    }
    return undefined
  }
  const path = extend([chain[0]!])
  if (!path)
    throw new Distrust(`a chain from ${nameOf(chain[0]!)} that does not end at a root that is trusted`)
  return path
}

function checkDates(certificate: X509Certificate, atMs: number): void {
  const at = new Date(atMs).toISOString()
  if (atMs < certificate.validFromDate.getTime()) {
    throw new Distrust(
      `${nameOf(certificate)} not valid before ${certificate.validFromDate.toISOString()} (it was ${at})`,
    )
  }
  if (atMs > certificate.validToDate.getTime()) {
    throw new Distrust(
      `${nameOf(certificate)} expired at ${certificate.validToDate.toISOString()} (it was ${at})`,
    )
  }
}

/** @param depth certificates between it and the JWT: 0 for the leaf. */
function checkUse(certificate: X509Certificate, depth: number): void {
  const { strange, usage, pathLength } = extensionsOf(certificate)
  if (strange !== undefined) throw new Distrust(`${nameOf(certificate)} with a critical extension ${strange}`)
  const needed = depth === 0 ? 'digitalSignature' : 'keyCertSign'
  if (usage && !usage.includes(needed)) {
    throw new Distrust(`${nameOf(certificate)} without key usage ${needed}`)
  }
  if (depth === 0 && certificate.ca)
    throw new Distrust(`${nameOf(certificate)}, a CA certificate, as the signer`)
  if (pathLength !== undefined && depth - 1 > pathLength) {
    throw new Distrust(
      `${nameOf(certificate)} with a path length of ${pathLength} above ${depth - 1} CA certificates`,
    )
  }
}

/** By what the stage did, not by what some CRL says. Serial numbers of a case are random enough not to collide. */
function checkRevocation(certificate: X509Certificate, { revoked }: StageCase, atMs: number): void {
  const record = revoked.find(
    ({ serial, at }) =>
      BigInt(`0x${serial}`) === BigInt(`0x${certificate.serialNumber}`) && Date.parse(at) <= atMs,
  )
  if (record) throw new Distrust(`${nameOf(certificate)} revoked at ${record.at}`)
}

function nameOf(certificate: X509Certificate): string {
  const name = /(?:^|\n)CN=(.*)/.exec(certificate.subject)?.[1] ?? certificate.subject.split('\n').join(', ')
  return `certificate "${name}"`
}
