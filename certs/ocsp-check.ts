/** Is an OCSP response to be believed? pkijs checks neither its signature nor its times in a chain. */

import { createHash } from 'node:crypto'
import {
  BasicOCSPResponse,
  id_kp_OCSPSigning,
  id_pkix_ocsp_basic,
  OCSPResponse,
  OCSPResponseStatus,
  type ResponderID,
  type SingleResponse,
} from '@peculiar/asn1-ocsp'
import { OctetString } from '@peculiar/asn1-schema'
import { type ParsedCertificate, readCertificate } from './certificate.ts'
import { CLOCK_SKEW_MS, reasonName } from './crl.ts'
import { arrayBuffer, elementsOf, parseDer, toDer } from './der.ts'
import { asksAbout, nonceOf, type OcspAnswer, serialOf } from './ocsp.ts'
import { isSignedBy as isCertificateSignedBy } from './path.ts'
import { isSignedBy } from './signature.ts'

export const MAX_OCSP_BYTES = 64 * 1024
const MAX_CERTIFICATES = 5
/** An answer that does not say until when it holds is for now. */
const MAX_AGE_MS = 60 * 60 * 1000
const MIN_RSA_BITS = 2048

export interface OcspCheck {
  certificate: ParsedCertificate
  issuer: ParsedCertificate
  /** What was sent; a response may leave it out, but not have another one. */
  nonce: Buffer
  at: Date
}

/**
 * What an OCSP response says about the certificate.
 * @throws Error whose message goes on after "the OCSP answer of …" when it cannot be relied on
 */
export function checkOcspResponse(der: Buffer, check: OcspCheck): OcspAnswer {
  const { basic, raw } = parseResponse(der)
  const { tbsResponseData: data, signatureAlgorithm, signature } = basic
  const sent = toDer(new OctetString(arrayBuffer(check.nonce)))
  const nonce = nonceOf(data.responseExtensions)
  if (nonce && !nonce.equals(sent)) throw new Error('answers another request (its nonce differs)')
  const responder = responderOf(data.responderID, basic, check)
  if (!isSignedBy(responder.publicKey, signatureAlgorithm.algorithm, raw, Buffer.from(signature))) {
    throw new Error('is not signed by the responder that it names')
  }
  const { issuer, certificate } = check
  const single = data.responses.find(
    (one) => asksAbout(one.certID, issuer) && serialOf(one.certID) === certificate.serial,
  )
  if (!single) throw new Error('is about another certificate')
  if (single.singleExtensions?.some((extension) => extension.critical)) {
    throw new Error('has a critical extension that is not understood here')
  }
  const answer = answerOf(single)
  checkTimes(answer, check.at)
  return answer
}

/** Does an answer hold now? The same question for one that comes from a cache. */
export function checkTimes({ thisUpdate, nextUpdate }: OcspAnswer, at: Date): void {
  const now = at.toISOString()
  if (thisUpdate.getTime() > at.getTime() + CLOCK_SKEW_MS) {
    throw new Error(`is from the future (thisUpdate ${thisUpdate.toISOString()}; it is ${now})`)
  }
  const until = nextUpdate ?? new Date(thisUpdate.getTime() + MAX_AGE_MS)
  if (until < at) throw new Error(`is out of date (it held until ${until.toISOString()}; it is ${now})`)
}

function parseResponse(der: Buffer): { basic: BasicOCSPResponse; raw: Buffer } {
  const response = readable(() => parseDer(der, OCSPResponse))
  if (response.responseStatus !== OCSPResponseStatus.successful) {
    throw new Error(`is "${OCSPResponseStatus[response.responseStatus] ?? response.responseStatus}"`)
  }
  if (response.responseBytes?.responseType !== id_pkix_ocsp_basic)
    throw new Error('is of a type that is not known here')
  const bytes = Buffer.from(response.responseBytes.response.buffer)
  // The bytes as they came: encoded anew they can differ, and the signature is over these.
  return readable(() => ({ basic: parseDer(bytes, BasicOCSPResponse), raw: elementsOf(bytes)[0]! }))
}

function readable<T>(parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    throw new Error(`cannot be read: ${(error as Error).message}`)
  }
}

/** The issuer itself, or whom it delegated to: RFC 6960 4.2.2.2. */
function responderOf(
  id: ResponderID,
  basic: BasicOCSPResponse,
  { issuer, at }: OcspCheck,
): ParsedCertificate {
  if (isNamed(id, issuer)) return issuer
  const others = (basic.certs ?? []).slice(0, MAX_CERTIFICATES)
  const delegate = others
    .map((certificate) => readable(() => readCertificate(toDer(certificate))))
    .find((certificate) => isNamed(id, certificate))
  if (!delegate) throw new Error('is signed by a responder that is neither the issuer nor sent along')
  if (delegate.issuer !== issuer.subject || !isCertificateSignedBy(delegate, issuer)) {
    throw new Error("is signed by a responder whose certificate is not the issuer's")
  }
  if (!delegate.extendedKeyUsage?.includes(id_kp_OCSPSigning)) {
    throw new Error('is signed by a responder that the issuer did not delegate to (no OCSPSigning)')
  }
  if (delegate.keyUsage && !delegate.keyUsage.has('digitalSignature')) {
    throw new Error('is signed by a responder whose key usage lacks digitalSignature')
  }
  if (at < delegate.notBefore || at > delegate.notAfter) {
    throw new Error('is signed by a responder whose certificate is not valid now')
  }
  if ((delegate.publicKey.asymmetricKeyDetails?.modulusLength ?? MIN_RSA_BITS) < MIN_RSA_BITS) {
    throw new Error('is signed by a responder with a weak key')
  }
  return delegate
}

function isNamed({ byName, byKey }: ResponderID, certificate: ParsedCertificate): boolean {
  if (byKey) return createHash('sha1').update(certificate.keyBits).digest().equals(Buffer.from(byKey.buffer))
  return byName !== undefined && toDer(byName).toString('hex') === certificate.subject
}

/** `good` and `unknown` are null when they are set. */
function answerOf({ certStatus, thisUpdate, nextUpdate }: SingleResponse): OcspAnswer {
  const times = { thisUpdate, ...(nextUpdate ? { nextUpdate } : {}) }
  const { good, revoked } = certStatus
  if (revoked) {
    const reason = reasonName(revoked.revocationReason?.reason)
    return { status: 'revoked', ...times, revocation: { at: revoked.revocationTime, reason } }
  }
  return { status: good === undefined ? 'unknown' : 'good', ...times }
}
