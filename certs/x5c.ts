/** The `x5c` header of a JWT (RFC 7515 4.1.6) and what a signer's certificate says. */
import type { KeyObject, X509Certificate } from 'node:crypto'
import { type ParsedCertificate, parsedOf, readCertificate } from './certificate.ts'
import { ChainError } from './chain-error.ts'

const MAX_ELEMENTS = 10

/** URI subject alternative names, exactly as they stand in the certificate: Node's printable form escapes them. */
export function uriNames(certificate: X509Certificate): string[] {
  return parsedOf(certificate).uriNames
}

/** The certificate's public key: the same object each time, which spares jose an import. */
export function publicKeyOf(certificate: X509Certificate): KeyObject {
  return parsedOf(certificate).publicKey
}

/**
 * The certificates of an x5c header, leaf first.
 * @throws ChainError x5c-malformed, naming the element
 */
export function readX5c(x5c: unknown): [ParsedCertificate, ...ParsedCertificate[]] {
  if (!Array.isArray(x5c) || x5c.length === 0) {
    throw new ChainError('x5c-malformed', 'x5c must be an array of at least one certificate.')
  }
  if (x5c.length > MAX_ELEMENTS) {
    throw new ChainError('x5c-malformed', `x5c has ${x5c.length} elements; at most ${MAX_ELEMENTS} are read.`)
  }
  const [leaf, ...others] = x5c.map((element, index) => {
    try {
      return readCertificate(fromBase64(element))
    } catch (error) {
      throw new ChainError(
        'x5c-malformed',
        `x5c[${index}] is not a certificate: ${(error as Error).message}.`,
      )
    }
  })
  return [leaf!, ...others]
}

/** @throws Error when it is no base64: base64url, PEM and line breaks are none (RFC 7515 4.1.6) */
export function fromBase64(text: unknown): Buffer {
  if (typeof text !== 'string') throw new Error('it is no string')
  if (text.length === 0 || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) {
    throw new Error('it is not base64 (base64url, PEM and line breaks are not allowed)')
  }
  return Buffer.from(text, 'base64')
}
