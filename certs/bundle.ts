/** Certificates as files hold them: PEM, one or many; DER; a certs-only PKCS#7 message (RFC 5652 5.1) in either. */
import * as asn1js from 'asn1js'
import { Certificate, ContentInfo, SignedData } from 'pkijs'
import { type ParsedCertificate, readCertificate } from './certificate.ts'
import { arrayBuffer, elementsOf } from './der.ts'

const PEM = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/g
const PKCS7_LABELS = ['PKCS7', 'CMS']
const CERTIFICATE_LABELS = ['CERTIFICATE', 'X509 CERTIFICATE']
/** A PKCS#7 message begins with its type, a certificate with a SEQUENCE. */
const OBJECT_IDENTIFIER = 0x06

export interface PemBlock {
  label: string
  der: Buffer
  /** As it stands in the file. */
  text: string
}

export function pemBlocks(bytes: Buffer): PemBlock[] {
  return [...bytes.toString('latin1').matchAll(PEM)].map(([text, label, base64]) => ({
    label: label!,
    der: Buffer.from(base64!, 'base64'),
    text,
  }))
}

/** None when a PEM file holds other things only. @throws Error whose message fits after "because" */
export function certificatesIn(bytes: Buffer): ParsedCertificate[] {
  const blocks = pemBlocks(bytes)
  if (blocks.length === 0) return certificatesOfDer(bytes).map(readCertificate)
  return blocks
    .filter(({ label }) => [...CERTIFICATE_LABELS, ...PKCS7_LABELS].includes(label))
    .flatMap(({ label, der }) => (PKCS7_LABELS.includes(label) ? certificatesOfPkcs7(der) : [der]))
    .map(readCertificate)
}

/** One certificate, or those of a PKCS#7 message. */
export function certificatesOfDer(der: Buffer): Buffer[] {
  return elementsOf(der)[0]?.[0] === OBJECT_IDENTIFIER ? certificatesOfPkcs7(der) : [der]
}

function certificatesOfPkcs7(der: Buffer): Buffer[] {
  const { result } = asn1js.fromBER(arrayBuffer(der))
  const { certificates = [] } = new SignedData({ schema: new ContentInfo({ schema: result }).content })
  return certificates
    .filter((certificate) => certificate instanceof Certificate)
    .map((certificate) => Buffer.from(certificate.toSchema().toBER()))
}
