/**
 * A second opinion on a path by pkijs. Its engine validates the last of `certs`, never ends on authorities
 * that cross-sign each other and fails a good chain for one dead branch: so it gets one linear path, leaf
 * last, and a new engine each time. Dates, path length, key usage and more are checked by path-checks.ts.
 */
import * as asn1js from 'asn1js'
import { Certificate, CertificateChainValidationEngine } from 'pkijs'
import { describe, type ParsedCertificate } from './certificate.ts'
import { ChainError } from './chain-error.ts'
import { arrayBuffer } from './der.ts'
import type { Path } from './path.ts'

/** Paths that passed, by their leaf. Signatures and names do not change; dates are checked each time elsewhere. */
const passed = new WeakMap<ParsedCertificate, Set<string>>()
const MAX_PASSED_PER_LEAF = 20

/** @throws ChainError chain-invalid */
export async function confirmPath(path: Path, at: Date): Promise<void> {
  const [leaf] = path
  const key = path.map((certificate) => certificate.fingerprint).join()
  if (passed.get(leaf)?.has(key)) return
  const last = pkijsOf(leaf)
  const engine = new CertificateChainValidationEngine({
    trustedCerts: [pkijsOf(path.at(-1)!)],
    certs: [...path.slice(1, -1).reverse().map(pkijsOf), last],
    checkDate: at,
  })
  const { result, resultMessage, certificatePath } = await engine.verify()
  if (!result || certificatePath?.[0] !== last) {
    throw new ChainError('chain-invalid', `The chain of ${describe(leaf)} is not valid: ${resultMessage}`)
  }
  const keys = passed.get(leaf) ?? new Set()
  if (keys.size < MAX_PASSED_PER_LEAF) passed.set(leaf, keys.add(key))
}

const converted = new WeakMap<ParsedCertificate, Certificate>()

/** DER goes between the libraries, never parsed objects: each has its own asn1js. */
function pkijsOf(certificate: ParsedCertificate): Certificate {
  const known = converted.get(certificate)
  if (known) return known
  const { result } = asn1js.fromBER(arrayBuffer(certificate.der))
  const read = new Certificate({ schema: result })
  converted.set(certificate, read)
  return read
}
