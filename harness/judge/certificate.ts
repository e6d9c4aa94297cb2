/**
 * Certificates as the judge reads them (RFC 5280 4): each once, whatever number of rules asks, since reading one
 * takes longer than everything else that is done with it.
 */
import { X509Certificate } from 'node:crypto'
import { AsnConvert } from '@peculiar/asn1-schema'
import {
  BasicConstraints,
  Certificate,
  id_ce_basicConstraints,
  id_ce_cRLDistributionPoints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  KeyUsage,
  SubjectAlternativeName,
} from '@peculiar/asn1-x509'
import type { Json } from '../../wire/json.ts'
import { fromBase64 } from '../../wire/parse.ts'

/** What Node does not tell of a certificate; its `keyUsage` is the extended one. */
interface Extensions {
  uris: string[]
  /** As in RFC 5280 4.2.1.3, for example digitalSignature; absent when nothing is said. */
  usage?: string[]
  pathLength?: number
  /** It says where its CRL is (RFC 5280 4.2.1.13). */
  hasCrl?: true
  /** A critical extension that the judge does not know. */
  strange?: string
}

const maxKept = 4096
const kept = new Map<string, X509Certificate | undefined>()

/** @param base64 of DER; nothing when it is no certificate */
export function certificateOf(base64: Json | undefined): X509Certificate | undefined {
  if (typeof base64 !== 'string') return undefined
  if (kept.has(base64)) return kept.get(base64)
  const der = fromBase64(base64)
  const certificate = der && parse(der)
  if (kept.size >= maxKept) kept.clear()
  kept.set(base64, certificate)
  return certificate
}

function parse(der: Buffer): X509Certificate | undefined {
  try {
    return new X509Certificate(der)
  } catch {
    return undefined
  }
}

const extensions = new WeakMap<X509Certificate, Extensions>()

export function extensionsOf(certificate: X509Certificate): Extensions {
  const known = extensions.get(certificate) ?? readExtensions(certificate)
  extensions.set(certificate, known)
  return known
}

const understood = [id_ce_basicConstraints, id_ce_keyUsage, id_ce_extKeyUsage, id_ce_subjectAltName]

function readExtensions({ raw }: X509Certificate): Extensions {
  const all = AsnConvert.parse(raw, Certificate).tbsCertificate.extensions ?? []
  const extension = (id: string) => all.find(({ extnID }) => extnID === id)?.extnValue
  const [names, usage, constraints] = [id_ce_subjectAltName, id_ce_keyUsage, id_ce_basicConstraints].map(
    extension,
  )
  const uris = names ? AsnConvert.parse(names, SubjectAlternativeName) : []
  const pathLength = constraints && AsnConvert.parse(constraints, BasicConstraints).pathLenConstraint
  const strange = all.find(({ critical, extnID }) => critical && !understood.includes(extnID))?.extnID
  return {
    uris: uris.flatMap(({ uniformResourceIdentifier }) => uniformResourceIdentifier ?? []),
    ...(usage && { usage: AsnConvert.parse(usage, KeyUsage).toJSON() }),
    ...(pathLength !== undefined && { pathLength }),
    ...(extension(id_ce_cRLDistributionPoints) && { hasCrl: true as const }),
    ...(strange !== undefined && { strange }),
  }
}

/** URI subject alternative names, as they stand in the certificate (RFC 5280 4.2.1.6). */
export const uriNamesOf = (certificate: X509Certificate): string[] => extensionsOf(certificate).uris

const issuing = new WeakMap<X509Certificate, Map<X509Certificate, boolean>>()

/** By name, key usage and signature. */
export function isIssuedBy(subject: X509Certificate, issuer: X509Certificate): boolean {
  const known = issuing.get(subject) ?? new Map<X509Certificate, boolean>()
  issuing.set(subject, known)
  const issued =
    known.get(issuer) ?? (issuer.ca && subject.checkIssued(issuer) && subject.verify(issuer.publicKey))
  known.set(issuer, issued)
  return issued
}

const distinct = new WeakMap<X509Certificate, string>()

export const isSame = (one: X509Certificate, other: X509Certificate): boolean =>
  one === other || fingerprintOf(one) === fingerprintOf(other)

function fingerprintOf(certificate: X509Certificate): string {
  const known = distinct.get(certificate) ?? certificate.fingerprint256
  distinct.set(certificate, known)
  return known
}
