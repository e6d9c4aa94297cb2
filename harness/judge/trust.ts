/**
 * The judge's own check of a signer: chain, dates, key usage and revocation, without the libraries that the
 * actors use. Certificates as RFC 5280 6.1 has them, as far as a UDAP community needs it.
 */
import { type KeyObject, verify, X509Certificate } from 'node:crypto'
import { AsnConvert } from '@peculiar/asn1-schema'
import {
  BasicConstraints,
  Certificate,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  KeyUsage,
} from '@peculiar/asn1-x509'
import type { Json } from '../../wire/json.ts'
import type { Jwt } from '../../wire/jwt.ts'
import { fromBase64, fromBase64url } from '../../wire/parse.ts'
import type { StageCase } from '../trace/trace.ts'
import { words } from './words.ts'

const maxPath = 6

/** `undefined` when the authority vouches for the JWT's signer at that moment; otherwise why not, in words. */
export function distrust(jwt: Jwt, authority: string, stage: StageCase, atMs: number): string | undefined {
  try {
    const chain = chainOf(jwt.header.x5c)
    checkSignature(jwt, chain[0]!.publicKey)
    const path = findPath(chain, certificatesOf(authority, stage))
    for (const [depth, certificate] of path.entries()) {
      checkDates(certificate, atMs)
      checkUse(certificate, depth)
      checkRevocation(certificate, stage, atMs)
    }
    return undefined
  } catch (error) {
    if (error instanceof Distrust) return error.message
    throw error
  }
}

class Distrust extends Error {}

/** Leaf first (RFC 7515 4.1.6). */
function chainOf(x5c: Json | undefined): X509Certificate[] {
  if (!Array.isArray(x5c) || x5c.length === 0) throw new Distrust('no x5c in its header')
  if (x5c.length > maxPath) throw new Distrust(`an x5c of ${x5c.length} certificates`)
  return x5c.map((item, index) => {
    const der = typeof item === 'string' ? fromBase64(item) : undefined
    const certificate = der && parse(der)
    if (!certificate) throw new Distrust(`x5c[${index}] is no certificate in base64 DER`)
    return certificate
  })
}

function parse(der: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(der)
  } catch {
    return undefined
  }
}

/** Anchor first; the intermediate stands in for what a client would fetch by the leaf's AIA. */
function certificatesOf(authority: string, { actors }: StageCase): [X509Certificate, ...X509Certificate[]] {
  const { root, intermediate } = actors[authority]?.facts ?? {}
  const [anchor, ...others] = [root, intermediate].flatMap((fact) => {
    const der = typeof fact === 'string' ? fromBase64(fact) : undefined
    return (der && parse(der)) ?? []
  })
  if (!anchor || typeof root !== 'string')
    throw new Distrust(`no actor ${authority} with a root certificate in this case`)
  return [anchor, ...others]
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
function findPath(
  chain: X509Certificate[],
  [anchor, ...known]: [X509Certificate, ...X509Certificate[]],
): X509Certificate[] {
  const candidates = [anchor, ...chain.slice(1), ...known]
  const extend = (path: X509Certificate[]): X509Certificate[] | undefined => {
    const last = path.at(-1)!
    if (last.raw.equals(anchor.raw)) return path
    if (path.length > maxPath) return undefined
    for (const next of candidates) {
      if (path.some((seen) => seen.raw.equals(next.raw)) || !issued(next, last)) continue
      const found = extend([...path, next])
      if (found) return found
    }
    return undefined
  }
  const path = extend([chain[0]!])
  if (!path) throw new Distrust(`a chain from ${nameOf(chain[0]!)} that does not end at its root`)
  return path
}

function issued(issuer: X509Certificate, subject: X509Certificate): boolean {
  return issuer.ca && subject.checkIssued(issuer) && subject.verify(issuer.publicKey)
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

const understood = [id_ce_basicConstraints, id_ce_keyUsage, id_ce_extKeyUsage, id_ce_subjectAltName]

/** @param depth certificates between it and the JWT: 0 for the leaf. Node's `keyUsage` is the extended one. */
function checkUse(certificate: X509Certificate, depth: number): void {
  const extensions = AsnConvert.parse(certificate.raw, Certificate).tbsCertificate.extensions ?? []
  const strange = extensions.find(({ critical, extnID }) => critical && !understood.includes(extnID))
  if (strange) throw new Distrust(`${nameOf(certificate)} with a critical extension ${strange.extnID}`)
  const extension = (id: string) => extensions.find(({ extnID }) => extnID === id)?.extnValue
  const usage = extension(id_ce_keyUsage)
  const needed = depth === 0 ? 'digitalSignature' : 'keyCertSign'
  if (usage && !AsnConvert.parse(usage, KeyUsage).toJSON().includes(needed)) {
    throw new Distrust(`${nameOf(certificate)} without key usage ${needed}`)
  }
  if (depth === 0 && certificate.ca)
    throw new Distrust(`${nameOf(certificate)}, a CA certificate, as the signer`)
  const constraints = extension(id_ce_basicConstraints)
  const length = constraints && AsnConvert.parse(constraints, BasicConstraints).pathLenConstraint
  if (length !== undefined && depth - 1 > length) {
    throw new Distrust(
      `${nameOf(certificate)} with a path length of ${length} above ${depth - 1} CA certificates`,
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
