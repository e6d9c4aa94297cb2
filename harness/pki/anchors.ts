/** Trust anchors from a file. */
import { certificatesIn } from '../../certs/bundle.ts'
import { describe, type ParsedCertificate } from '../../certs/certificate.ts'
import { readBytes } from './files.ts'
import { Unusable } from './unusable.ts'

/** Base64 DER. PEM (one or many), DER, or a certs-only PKCS#7 message. @throws Unusable */
export function readAnchors(file: string): string[] {
  const certificates = readCertificates(file)
  for (const certificate of certificates) {
    if (certificate.basicConstraints?.ca) continue
    const what = `the certificate ${describe(certificate)} is no certificate authority's, so nothing can be trusted through it.`
    throw new Unusable(
      file,
      `${what} Ask its community for the root, or its issuing authority's certificate.`,
    )
  }
  return certificates.map(({ der }) => der.toString('base64'))
}

/** All certificates of a file, at least one. @throws Unusable */
export function readCertificates(file: string): ParsedCertificate[] {
  const bytes = readBytes(file)
  try {
    const certificates = certificatesIn(bytes)
    if (certificates.length > 0) return certificates
  } catch (error) {
    const why = `no certificate can be read from it (${(error as Error).message}).`
    throw new Unusable(file, `${why} PEM, DER or PKCS#7 without a key is needed.`, { cause: error })
  }
  throw new Unusable(file, 'there is no certificate in it. PEM, DER or PKCS#7 without a key is needed.')
}
