/** Searches the paths from a leaf to a trust anchor: bounded, and never through the same authority twice. */
import type { ParsedCertificate } from './certificate.ts'

/** From the leaf to the anchor. */
export type Path = [ParsedCertificate, ...ParsedCertificate[]]

export interface Search {
  paths: Path[]
  /** Certificates that were reached and whose issuer was not found. */
  deadEnds: ParsedCertificate[]
}

const MAX_LENGTH = 8
const MAX_PATHS = 8
/** A signature costs 0.1 ms; look-alikes with the same name could ask for very many. */
const MAX_STEPS = 200

export function findPaths(
  leaf: ParsedCertificate,
  pool: readonly ParsedCertificate[],
  anchors: readonly ParsedCertificate[],
): Search {
  const trusted = new Set(anchors.map((anchor) => anchor.fingerprint))
  const between = unique(pool).filter((certificate) => !trusted.has(certificate.fingerprint))
  const paths: Path[] = []
  const deadEnds: ParsedCertificate[] = []
  let steps = 0

  function extend(path: Path): void {
    const last = path.at(-1)!
    let found = false
    for (const issuer of [...anchors, ...between]) {
      if (paths.length >= MAX_PATHS || steps >= MAX_STEPS) return
      if (!namesMatch(last, issuer) || path.some((earlier) => sameAuthority(earlier, issuer))) continue
      steps++
      if (!isSignedBy(last, issuer)) continue
      found = true
      if (trusted.has(issuer.fingerprint)) paths.push([...path, issuer])
      else if (path.length < MAX_LENGTH - 1) extend([...path, issuer])
    }
    if (!found) deadEnds.push(last)
  }

  extend([leaf])
  return { paths, deadEnds }
}

function unique(certificates: readonly ParsedCertificate[]): ParsedCertificate[] {
  return [...new Map(certificates.map((certificate) => [certificate.fingerprint, certificate])).values()]
}

/** Byte for byte, or as OpenSSL compares names: another string type or letter case is still the same name. */
function namesMatch(certificate: ParsedCertificate, issuer: ParsedCertificate): boolean {
  return certificate.issuer === issuer.subject || certificate.x509.checkIssued(issuer.x509)
}

/** Authorities that cross-sign each other have several certificates; a path through one of them twice is a cycle. */
function sameAuthority(one: ParsedCertificate, other: ParsedCertificate): boolean {
  return one.subject === other.subject && one.spki.equals(other.spki)
}

const verified = new WeakMap<ParsedCertificate, WeakMap<ParsedCertificate, boolean>>()

/** Signatures do not change, so each is checked once. */
export function isSignedBy(certificate: ParsedCertificate, issuer: ParsedCertificate): boolean {
  const known = verified.get(certificate) ?? new WeakMap<ParsedCertificate, boolean>()
  const valid = known.get(issuer) ?? verify(certificate, issuer)
  verified.set(certificate, known.set(issuer, valid))
  return valid
}

function verify(certificate: ParsedCertificate, issuer: ParsedCertificate): boolean {
  try {
    return certificate.x509.verify(issuer.publicKey)
  } catch {
    return false
  }
}
