/** Whom TLS connections trust, and what to say of a certificate that is not trusted. */
import { X509Certificate } from 'node:crypto'
import {
  createSecureContext,
  type DetailedPeerCertificate,
  getCACertificates,
  type SecureContext,
} from 'node:tls'
import type { Context } from './actor.ts'
import { Bounded } from './bounded.ts'

/** PEM roots: those of the case and, where it has systems elsewhere, Node's, NODE_EXTRA_CA_CERTS and the machine's. */
export function rootsOf({ roots, publicRoots }: Context['tls']): string[] {
  return publicRoots
    ? [...new Set([...roots, ...getCACertificates(), ...getCACertificates('system')])]
    : roots
}

/** Hundreds of roots take longer to read than a connection to stand: read once for all actors that trust the same. */
const contexts = new Bounded<SecureContext>(16)

export function secureContextOf(tls: Context['tls']): SecureContext {
  const key = [String(tls.publicRoots), ...tls.roots].join('\n')
  const known = contexts.get(key) ?? createSecureContext({ ca: rootsOf(tls) })
  contexts.set(key, known)
  return known
}

const SELF_SIGNED = 'DEPTH_ZERO_SELF_SIGNED_CERT'
const UNKNOWN_ISSUER = [
  SELF_SIGNED,
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]

/**
 * What is wrong with the certificate that a server showed, and what to do; undefined when nothing is said of it.
 *
 * @param code of the failed handshake
 */
export function distrust(
  code: string,
  host: string,
  shown: DetailedPeerCertificate | undefined,
): string | undefined {
  if (!shown?.raw) return undefined
  const { validFrom, validTo, subjectAltName } = new X509Certificate(shown.raw)
  if (code === 'CERT_HAS_EXPIRED') return `the TLS certificate of ${host} expired on ${validTo}`
  if (code === 'CERT_NOT_YET_VALID') return `the TLS certificate of ${host} is not valid before ${validFrom}`
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `the TLS certificate is not for ${host}, but for ${subjectAltName ?? 'no host at all'}`
  if (!UNKNOWN_ISSUER.includes(code)) return undefined
  if (code === SELF_SIGNED)
    return `${host} signed its TLS certificate itself: when it is the right one, trust it with --tls-ca <file>`
  const issuer = new X509Certificate(topOf(shown).raw).issuer.split('\n').join(', ')
  const incomplete = code === 'SELF_SIGNED_CERT_IN_CHAIN' ? '' : ', or have the server send its intermediates'
  return `the TLS certificate of ${host} comes from "${issuer}", which nobody here trusts: trust its root with --tls-ca <file>${incomplete}`
}

/** The last that the server sent of its chain. */
function topOf(shown: DetailedPeerCertificate): DetailedPeerCertificate {
  let top = shown
  while (top.issuerCertificate?.raw && top.issuerCertificate.fingerprint256 !== top.fingerprint256)
    top = top.issuerCertificate
  return top
}
