/** Certificates in words, for people. */
import { describe, type ParsedCertificate } from '../../certs/certificate.ts'
import { isSelfSigned } from '../../certs/key-pair.ts'
import type { RevocationState } from '../../certs/revocation.ts'
import { signatureName } from '../../certs/signature.ts'

const DAY_MS = 24 * 3600 * 1000
const curves: Record<string, string> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' }

export { describe }

/** What strangers wrote into a certificate must not command the terminal. */
export const harmless = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}]/gu, (found) =>
    found === '\n' ? found : `\\u${found.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  )

/** One fact a line, each with what it is about. */
export function factsOf(certificate: ParsedCertificate, now: Date): [string, string][] {
  const { uriNames, x509 } = certificate
  const others = (x509.subjectAltName ?? '').split(', ').filter((name) => name && !name.startsWith('URI:'))
  return [
    ['is', roleOf(certificate)],
    ...uriNames.map((uri): [string, string] => ['URI', uri]),
    ...(others.length > 0 ? [['also', others.join(', ')] as [string, string]] : []),
    ['valid', validityOf(certificate, now)],
    ['key', `${keyOf(certificate)}; signed with ${signatureName(certificate.signatureAlgorithm)}`],
    ['may', usesOf(certificate)],
    ['SHA-256', x509.fingerprint256],
  ]
}

function roleOf(certificate: ParsedCertificate): string {
  if (!certificate.basicConstraints?.ca) {
    return isSelfSigned(certificate) ? 'nobody vouches for it: it signed itself' : 'a participant'
  }
  if (isSelfSigned(certificate)) return 'a root: a certificate authority that signed itself'
  return 'a certificate authority below another one'
}

function validityOf({ notBefore, notAfter }: ParsedCertificate, now: Date): string {
  const day = (date: Date) => date.toISOString().slice(0, 10)
  const days = (ms: number) => {
    const count = Math.floor(ms / DAY_MS)
    return count === 1 ? '1 day' : `${count} days`
  }
  const span = `${day(notBefore)} to ${day(notAfter)}`
  if (now < notBefore) return `${span}: NOT YET, in ${days(notBefore.getTime() - now.getTime())}`
  if (now > notAfter) return `${span}: EXPIRED ${days(now.getTime() - notAfter.getTime())} ago`
  return `${span}: ${days(notAfter.getTime() - now.getTime())} left`
}

function keyOf({ publicKey }: ParsedCertificate): string {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = publicKey
  if (type === 'rsa') return `RSA of ${details?.modulusLength} bits`
  const curve = details?.namedCurve ?? ''
  return type === 'ec' ? `EC ${curves[curve] ?? curve}` : String(type)
}

function usesOf({ keyUsage, extendedKeyUsage }: ParsedCertificate): string {
  const uses = keyUsage ? [...keyUsage].join(', ') : 'anything (no key usage in it)'
  return extendedKeyUsage ? `${uses}; for ${extendedKeyUsage.join(', ')}` : uses
}

export function revocationWords({ answer, problems }: RevocationState): string {
  if (answer === 'good') return 'no'
  if (answer) return `REVOKED at ${answer.at.toISOString()} (${answer.reason})`
  return `not known: ${problems.length > 0 ? problems.join('; ') : 'it names no OCSP responder and no CRL'}`
}
