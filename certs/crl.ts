/** Certificate revocation lists (RFC 5280 5): made by an authority, read by whoever checks a certificate. */
import type { KeyObject } from 'node:crypto'
import { createHash } from 'node:crypto'
import { OctetString } from '@peculiar/asn1-schema'
import {
  AuthorityKeyIdentifier,
  CertificateList,
  CRLNumber,
  CRLReason,
  CRLReasons,
  Extension,
  IssuingDistributionPoint,
  id_ce_authorityKeyIdentifier,
  id_ce_cRLNumber,
  id_ce_cRLReasons,
  id_ce_deltaCRLIndicator,
  id_ce_issuingDistributionPoint,
  KeyIdentifier,
  Name,
  RevokedCertificate,
  TBSCertList,
  Time,
  Version,
} from '@peculiar/asn1-x509'
import { type ParsedCertificate, readCertificate } from './certificate.ts'
import { arrayBuffer, elementsOf, parseDer, serialBytes, serialText, toDer } from './der.ts'
import { isSignedBy, signer } from './signature.ts'

/** Why a certificate was revoked (RFC 5280 5.3.1). removeFromCRL belongs to delta CRLs only. */
export const revocationReasons = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  'privilegeWithdrawn',
  'aACompromise',
] as const
export type RevocationReason = (typeof revocationReasons)[number]

export interface Revocation {
  at: Date
  reason: RevocationReason
}

export interface CrlRequest {
  /** DER of the authority's certificate and its key. */
  issuer: { certificate: Buffer; key: KeyObject }
  /** Grows with every CRL of the authority. */
  number: number
  thisUpdate: Date
  nextUpdate: Date
  /** By serial number, hexadecimal. */
  revoked: ReadonlyMap<string, Revocation>
}

/** A CRL as DER. */
export function buildCrl({ issuer, number, thisUpdate, nextUpdate, revoked }: CrlRequest): Buffer {
  const { algorithm, sign } = signer(issuer.key)
  const certificate = readCertificate(issuer.certificate)
  const keyIdentifier = new KeyIdentifier(
    arrayBuffer(createHash('sha1').update(certificate.keyBits).digest()),
  )
  const entries = [...revoked].map(([serial, { at, reason }]) => revokedCertificate(serial, at, reason))
  const tbs = new TBSCertList({
    version: Version.v2,
    signature: algorithm,
    issuer: parseDer(Buffer.from(certificate.subject, 'hex'), Name),
    thisUpdate: new Time(thisUpdate),
    nextUpdate: new Time(nextUpdate),
    // An empty list of revoked certificates is left out (RFC 5280 5.1.2.6).
    ...(entries.length > 0 ? { revokedCertificates: entries } : {}),
    crlExtensions: [
      extension(id_ce_authorityKeyIdentifier, new AuthorityKeyIdentifier({ keyIdentifier })),
      extension(id_ce_cRLNumber, new CRLNumber(number)),
    ],
  })
  const signature = arrayBuffer(sign(toDer(tbs)))
  return toDer(new CertificateList({ tbsCertList: tbs, signatureAlgorithm: algorithm, signature }))
}

function revokedCertificate(serial: string, at: Date, reason: RevocationReason): RevokedCertificate {
  // The reason "unspecified" is said by saying none, and no empty list of extensions may stand (RFC 5280 5.3.1).
  const reasons =
    reason === 'unspecified'
      ? {}
      : { crlEntryExtensions: [extension(id_ce_cRLReasons, new CRLReason(CRLReasons[reason]))] }
  return new RevokedCertificate({
    userCertificate: arrayBuffer(serialBytes(serial)),
    revocationDate: new Time(at),
    ...reasons,
  })
}

function extension(extnID: string, value: unknown): Extension {
  return new Extension({ extnID, critical: false, extnValue: new OctetString(arrayBuffer(toDer(value))) })
}

/** A CRL that its authority signed, as far as validation needs it. */
export interface Crl {
  thisUpdate: Date
  nextUpdate: Date
  revoked: Map<string, Revocation>
  scope: { onlyCAs: boolean; onlyUsers: boolean; urls: string[] }
}

export const MAX_CRL_BYTES = 2 * 1024 * 1024
/** Six nodes an entry with a reason; the parser's usual limit would end at 1,500 entries. */
const MAX_NODES = 500_000
/** Clocks differ a little; nothing may come from further in the future. */
export const CLOCK_SKEW_MS = 60_000

/**
 * Reads a CRL and makes sure that this authority signed it and that it can be used as a complete one.
 * @throws Error whose message goes on after "the CRL of …"
 */
export function readCrl(der: Buffer, issuer: ParsedCertificate): Crl {
  const { tbsCertList: tbs, signatureAlgorithm, signature } = parseCrl(der)
  const raw = elementsOf(der)[0]!
  const outer = signatureAlgorithm.algorithm
  if (crlIssuer(raw) !== issuer.subject) throw new Error('is of another issuer')
  if (issuer.keyUsage && !issuer.keyUsage.has('cRLSign')) {
    throw new Error('is signed by an authority whose key usage lacks cRLSign')
  }
  if (
    tbs.signature.algorithm !== outer ||
    !isSignedBy(issuer.publicKey, outer, raw, Buffer.from(signature))
  ) {
    throw new Error('is not signed by that authority')
  }
  if (!tbs.nextUpdate) throw new Error('does not say when the next one comes (nextUpdate)')
  return {
    thisUpdate: tbs.thisUpdate.getTime(),
    nextUpdate: tbs.nextUpdate.getTime(),
    scope: scopeOf(tbs.crlExtensions ?? []),
    revoked: new Map((tbs.revokedCertificates ?? []).map(revocationOf)),
  }
}

/** @throws Error unless the CRL is in force and covers the certificate; message as with readCrl */
export function checkCrl(crl: Crl, certificate: ParsedCertificate, at: Date): void {
  const { thisUpdate, nextUpdate, scope } = crl
  if (thisUpdate.getTime() > at.getTime() + CLOCK_SKEW_MS) {
    throw new Error(`is from the future (thisUpdate ${thisUpdate.toISOString()}; it is ${at.toISOString()})`)
  }
  if (nextUpdate < at)
    throw new Error(`is out of date (nextUpdate ${nextUpdate.toISOString()}; it is ${at.toISOString()})`)
  const ca = certificate.basicConstraints?.ca ?? false
  if (ca ? scope.onlyUsers : scope.onlyCAs) throw new Error('is for another kind of certificate')
  if (scope.urls.length > 0 && !scope.urls.some((url) => certificate.crlUrls.includes(url))) {
    throw new Error('is for another distribution point')
  }
}

function parseCrl(der: Buffer): CertificateList {
  try {
    return parseDer(der, CertificateList, MAX_NODES)
  } catch (error) {
    throw new Error(`cannot be read: ${(error as Error).message}`)
  }
}

/** The issuer as it stands in the CRL: after version (optional) and signature. */
function crlIssuer(tbs: Buffer): string {
  const fields = elementsOf(tbs)
  return fields[fields[0]![0] === 0x02 ? 2 : 1]!.toString('hex')
}

function scopeOf(extensions: Extension[]): Crl['scope'] {
  const point = extensions.find((extension) => extension.extnID === id_ce_issuingDistributionPoint)
  const known = [id_ce_issuingDistributionPoint, id_ce_authorityKeyIdentifier, id_ce_cRLNumber]
  if (extensions.some((extension) => extension.extnID === id_ce_deltaCRLIndicator)) {
    throw new Error('is a delta CRL, which is not understood here')
  }
  refuseUnknownCritical(extensions, known)
  if (!point) return { onlyCAs: false, onlyUsers: false, urls: [] }
  const idp = parseDer(Buffer.from(point.extnValue.buffer), IssuingDistributionPoint)
  if (idp.indirectCRL || idp.onlySomeReasons || idp.onlyContainsAttributeCerts) {
    throw new Error(
      'covers only a part (indirect, some reasons, or attribute certificates), which is not enough',
    )
  }
  if (idp.distributionPoint?.nameRelativeToCRLIssuer)
    throw new Error('names its distribution point by a relative name, which is not understood here')
  const urls = (idp.distributionPoint?.fullName ?? []).map((name) => name.uniformResourceIdentifier)
  return {
    onlyCAs: idp.onlyContainsCACerts,
    onlyUsers: idp.onlyContainsUserCerts,
    urls: urls.filter((url) => url !== undefined),
  }
}

/** Listed is revoked, whatever the date that stands beside it. */
function revocationOf(entry: RevokedCertificate): [string, Revocation] {
  const extensions = entry.crlEntryExtensions ?? []
  // For example the certificate issuer of an indirect CRL: the entry would mean another certificate (RFC 5280 5.3.3).
  refuseUnknownCritical(extensions, [id_ce_cRLReasons])
  const reason = extensions.find((extension) => extension.extnID === id_ce_cRLReasons)
  const code = reason && parseDer(Buffer.from(reason.extnValue.buffer), CRLReason).reason
  return [serialText(entry.userCertificate), { at: entry.revocationDate.getTime(), reason: reasonName(code) }]
}

export function reasonName(code: CRLReasons | undefined): RevocationReason {
  return revocationReasons.find((name) => CRLReasons[name] === code) ?? 'unspecified'
}

function refuseUnknownCritical(extensions: Extension[], known: string[]): void {
  const unknown = extensions.find(({ critical, extnID }) => critical && !known.includes(extnID))
  if (unknown) throw new Error(`has the critical extension ${unknown.extnID}, which is not understood here`)
}
