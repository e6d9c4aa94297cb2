/** What every certificate of a path must fulfil (RFC 5280 6.1). pkijs looks at few of these (see engine.ts). */
import {
  id_ce_basicConstraints,
  id_ce_cRLDistributionPoints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
} from '@peculiar/asn1-x509'
import { describe, type ParsedCertificate } from './certificate.ts'
import { ChainError } from './chain-error.ts'
import type { Path } from './path.ts'
import { isWeakSignature } from './signature.ts'

const MIN_RSA_BITS = 2048
const CURVES = ['prime256v1', 'secp384r1', 'secp521r1']

/** Extensions that somebody here evaluates. Policies and name constraints are not among them, so a certificate
 * that makes them critical is refused, as RFC 5280 4.2 asks of whoever cannot process them. */
const UNDERSTOOD = new Set([
  id_ce_basicConstraints,
  id_ce_keyUsage,
  id_ce_extKeyUsage,
  id_ce_subjectAltName,
  id_ce_cRLDistributionPoints,
])

/** @throws ChainError for the first thing that is wrong, the leaf first */
export function checkPath(path: Path, at: Date): void {
  const [leaf, ...authorities] = path
  const anchor = path.at(-1)!
  for (const certificate of path) {
    checkDates(certificate, at)
    checkKey(certificate)
    // Nobody's trust rests on the signature of an anchor: it is trusted because it was configured.
    if (certificate !== anchor) checkSignatureAlgorithm(certificate)
    checkCriticalExtensions(certificate)
  }
  checkLeaf(leaf)
  authorities.forEach((authority, depth) => {
    checkAuthority(authority, authorities.slice(0, depth), authority === anchor)
  })
}

/** Apart, because it needs no path: the usual cause is an x5c in the wrong order. */
export function refuseCaAsLeaf(leaf: ParsedCertificate): void {
  if (!leaf.basicConstraints?.ca) return
  throw new ChainError(
    'chain-ca-as-leaf',
    `${describe(leaf)} stands first but is a certificate authority's; the signer's own certificate must stand first.`,
  )
}

function checkDates(certificate: ParsedCertificate, at: Date): void {
  const { notBefore, notAfter } = certificate
  const now = at.toISOString()
  if (at < notBefore) {
    const message = `${describe(certificate)} is not valid before ${notBefore.toISOString()}; it is ${now}.`
    throw new ChainError('chain-not-yet-valid', message)
  }
  if (at > notAfter) {
    const message = `${describe(certificate)} expired at ${notAfter.toISOString()}; it is ${now}.`
    throw new ChainError('chain-expired', message)
  }
}

function checkKey(certificate: ParsedCertificate): void {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey
  if (type === 'rsa' && (details?.modulusLength ?? 0) >= MIN_RSA_BITS) return
  if (type === 'ec' && CURVES.includes(details?.namedCurve ?? '')) return
  const seen =
    type === 'rsa'
      ? `an RSA key of ${details?.modulusLength} bits`
      : `a key of type ${details?.namedCurve ?? type}`
  throw new ChainError(
    'chain-weak-key',
    `${describe(certificate)} has ${seen}; RSA of at least ${MIN_RSA_BITS} bits, P-256, P-384 or P-521 is needed.`,
  )
}

function checkSignatureAlgorithm(certificate: ParsedCertificate): void {
  if (!isWeakSignature(certificate.signatureAlgorithm)) return
  const message = `${describe(certificate)} is signed with SHA-1 or MD5; SHA-256 or better is needed.`
  throw new ChainError('chain-weak-signature', message)
}

function checkCriticalExtensions(certificate: ParsedCertificate): void {
  for (const { extnID, critical } of certificate.extensions.values()) {
    if (!critical || UNDERSTOOD.has(extnID)) continue
    const message = `${describe(certificate)} has the critical extension ${extnID}, which is not understood here.`
    throw new ChainError('chain-critical-extension', message)
  }
}

/** The guide names no key usage; a signer's certificate that names some must allow signing. */
function checkLeaf(leaf: ParsedCertificate): void {
  if (!leaf.keyUsage || leaf.keyUsage.has('digitalSignature')) return
  const message = `${describe(leaf)} may not sign: its key usage lacks digitalSignature.`
  throw new ChainError('chain-key-usage', message)
}

/** @param below the authorities between it and the leaf */
function checkAuthority(authority: ParsedCertificate, below: ParsedCertificate[], isAnchor: boolean): void {
  if (!authority.basicConstraints?.ca) {
    const message = `${describe(authority)} is not a certificate authority's, yet it issued a certificate of the chain.`
    throw new ChainError('chain-not-a-ca', message)
  }
  // An anchor is trusted because it was configured; old ones have no key usage at all.
  const mayIssue = authority.keyUsage ? authority.keyUsage.has('keyCertSign') : isAnchor
  if (!mayIssue) {
    const message = `${describe(authority)} may not issue certificates: its key usage lacks keyCertSign.`
    throw new ChainError('chain-key-usage', message)
  }
  const { pathLength } = authority.basicConstraints
  // RFC 5280 6.1.4 (l): self-issued certificates do not count.
  const depth = below.filter((certificate) => certificate.subject !== certificate.issuer).length
  if (pathLength === undefined || depth <= pathLength) return
  throw new ChainError(
    'chain-path-length',
    `${describe(authority)} allows ${pathLength} authorities below it; this chain has ${depth}.`,
  )
}
