/** Describes X.509 certificates for people. */
import { X509Certificate } from 'node:crypto'
import { fromBase64 } from './parse.ts'

export interface CertificateDescription {
  subject: string
  issuer: string
  /** Upper-case hexadecimal. */
  serial: string
  /** URI subject alternative names. */
  uris: string[]
  /** ISO 8601. */
  notBefore: string
  notAfter: string
  ca: boolean
  /** SHA-256, hexadecimal with colons. */
  fingerprint: string
}

const maxBytes = 64 * 1024

/** `undefined` for what is no certificate, or one of more than 64 KiB. */
export function describeCertificate(base64Der: string): CertificateDescription | undefined {
  if (base64Der.length > maxBytes * 2) return undefined
  const der = fromBase64(base64Der)
  return der && describeDer(der)
}

export function describeDer(der: Buffer): CertificateDescription | undefined {
  if (der.length > maxBytes) return undefined
  try {
    const x = new X509Certificate(der)
    return {
      subject: oneLine(x.subject),
      issuer: oneLine(x.issuer),
      serial: x.serialNumber,
      uris: urisOf(x.subjectAltName),
      notBefore: x.validFromDate.toISOString(),
      notAfter: x.validToDate.toISOString(),
      ca: x.ca,
      fingerprint: x.fingerprint256,
    }
  } catch {
    return undefined
  }
}

/** Node lists names as `URI:https://a, DNS:b`, and writes one as a JSON string when it has a comma or a quote. */
function urisOf(names: string | undefined): string[] {
  const found = (names ?? '').matchAll(/(?:^|, )([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^,]*)/g)
  return [...found].flatMap(([, type, value = '']) =>
    type === 'URI' ? [value.startsWith('"') ? String(JSON.parse(value)) : value] : [],
  )
}

function oneLine(name: string | undefined): string {
  return (name ?? '').split('\n').join(', ')
}
