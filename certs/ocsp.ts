/** Messages of the Online Certificate Status Protocol (RFC 6960). */
import { createHash, type KeyObject, randomBytes } from 'node:crypto'
import {
  BasicOCSPResponse,
  CertID,
  CertStatus,
  id_pkix_ocsp_basic,
  id_pkix_ocsp_nonce,
  KeyHash,
  OCSPRequest,
  OCSPResponse,
  OCSPResponseStatus,
  Request,
  ResponderID,
  ResponseBytes,
  ResponseData,
  RevokedInfo,
  SingleResponse,
  TBSRequest,
} from '@peculiar/asn1-ocsp'
import { OctetString } from '@peculiar/asn1-schema'
import { AlgorithmIdentifier, Certificate, CRLReason, CRLReasons, Extension } from '@peculiar/asn1-x509'
import { type ParsedCertificate, readCertificate } from './certificate.ts'
import type { Revocation } from './crl.ts'
import { arrayBuffer, parseDer, serialBytes, serialText, toDer } from './der.ts'
import { signer } from './signature.ts'

export type OcspStatus = 'good' | 'revoked' | 'unknown'

/** What a responder says about one certificate. */
export interface OcspAnswer {
  status: OcspStatus
  thisUpdate: Date
  /** Absent: newer information is always available (RFC 6960 2.4), so the answer is not kept. */
  nextUpdate?: Date
  revocation?: Revocation
}

/** Hash of CertID by object identifier. */
const hashes: Record<string, string> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}
const SHA1 = '1.3.14.3.2.26'
/** RFC 9654 2.1. */
const MAX_NONCE_BYTES = 128
const MAX_QUESTIONS = 20

/** A request for one certificate. SHA-1 in it names the issuer only, and is what every responder knows (RFC 5019 2.1.1). */
export function buildOcspRequest(
  certificate: ParsedCertificate,
  issuer: ParsedCertificate,
): { der: Buffer; nonce: Buffer } {
  const nonce = randomBytes(32)
  const reqCert = new CertID({
    hashAlgorithm: new AlgorithmIdentifier({ algorithm: SHA1, parameters: null }),
    ...issuerHashes(issuer, 'sha1'),
    serialNumber: arrayBuffer(serialBytes(certificate.serial)),
  })
  const tbsRequest = new TBSRequest({
    requestList: [new Request({ reqCert })],
    requestExtensions: [nonceExtension(toDer(new OctetString(arrayBuffer(nonce))))],
  })
  return { der: toDer(new OCSPRequest({ tbsRequest })), nonce }
}

export interface OcspQuestion {
  /** One or more. */
  certificates: CertID[]
  /** DER of the nonce extension's value, to be copied. */
  nonce?: Buffer
}

/** @throws Error when it is not a request that a responder can answer */
export function readOcspRequest(der: Buffer): OcspQuestion {
  const { tbsRequest } = parseDer(der, OCSPRequest)
  const certificates = tbsRequest.requestList.map((request) => request.reqCert)
  if (certificates.length === 0 || certificates.length > MAX_QUESTIONS) {
    throw new Error(`a request asks for 1 to ${MAX_QUESTIONS} certificates`)
  }
  const nonce = nonceOf(tbsRequest.requestExtensions)
  if (nonce && nonce.length > MAX_NONCE_BYTES + 3)
    throw new Error(`a nonce has at most ${MAX_NONCE_BYTES} bytes`)
  return { certificates, ...(nonce ? { nonce } : {}) }
}

/** Does a CertID speak of a certificate that this authority issued, under the hash that it names itself? */
export function asksAbout(id: CertID, issuer: ParsedCertificate): boolean {
  const hash = hashes[id.hashAlgorithm.algorithm]
  if (!hash) return false
  const { issuerNameHash, issuerKeyHash } = issuerHashes(issuer, hash)
  return sameBytes(id.issuerNameHash, issuerNameHash) && sameBytes(id.issuerKeyHash, issuerKeyHash)
}

export function serialOf(id: CertID): string {
  return serialText(id.serialNumber)
}

/** A question about another certificate of the same issuer. */
export function withSerial({ hashAlgorithm, issuerNameHash, issuerKeyHash }: CertID, serial: string): CertID {
  const serialNumber = arrayBuffer(serialBytes(serial))
  return new CertID({ hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber })
}

/** Who signs: DER of its certificate and its key. One who is not the issuer sends its certificate along. */
export interface Responder {
  certificate: Buffer
  key: KeyObject
  delegated?: boolean
}

export interface OcspResponseRequest {
  question: OcspQuestion
  answer: (id: CertID) => OcspAnswer
  responder: Responder
  at: Date
}

/** A successful response as DER. */
export function buildOcspResponse({ question, answer, responder, at }: OcspResponseRequest): Buffer {
  const { algorithm, sign } = signer(responder.key)
  const tbsResponseData = new ResponseData({
    responderID: new ResponderID({
      byKey: new KeyHash(arrayBuffer(sha1(readCertificate(responder.certificate).keyBits))),
    }),
    producedAt: wholeSeconds(at),
    responses: question.certificates.map((certID) => singleResponse(certID, answer(certID))),
    ...(question.nonce ? { responseExtensions: [nonceExtension(question.nonce)] } : {}),
  })
  const signature = arrayBuffer(sign(toDer(tbsResponseData)))
  const basic = new BasicOCSPResponse({
    tbsResponseData,
    signatureAlgorithm: algorithm,
    signature,
    ...(responder.delegated ? { certs: [parseDer(responder.certificate, Certificate)] } : {}),
  })
  return toDer(
    new OCSPResponse({
      responseStatus: OCSPResponseStatus.successful,
      responseBytes: new ResponseBytes({
        responseType: id_pkix_ocsp_basic,
        response: new OctetString(arrayBuffer(toDer(basic))),
      }),
    }),
  )
}

/** A response that says that there is none, and why (RFC 6960 4.2.1). */
export function buildOcspError(
  status: 'malformedRequest' | 'internalError' | 'tryLater' | 'unauthorized',
): Buffer {
  return toDer(new OCSPResponse({ responseStatus: OCSPResponseStatus[status] }))
}

function singleResponse(certID: CertID, answer: OcspAnswer): SingleResponse {
  return new SingleResponse({
    certID,
    certStatus: certStatus(answer),
    thisUpdate: wholeSeconds(answer.thisUpdate),
    ...(answer.nextUpdate ? { nextUpdate: wholeSeconds(answer.nextUpdate) } : {}),
  })
}

function certStatus({ status, revocation }: OcspAnswer): CertStatus {
  if (status === 'good') return new CertStatus({ good: null })
  if (status === 'unknown' || !revocation) return new CertStatus({ unknown: null })
  const { at, reason } = revocation
  const because = reason === 'unspecified' ? {} : { revocationReason: new CRLReason(CRLReasons[reason]) }
  return new CertStatus({ revoked: new RevokedInfo({ revocationTime: wholeSeconds(at), ...because }) })
}

function issuerHashes(issuer: ParsedCertificate, hash: string) {
  const of = (bytes: Buffer) => new OctetString(arrayBuffer(createHash(hash).update(bytes).digest()))
  return { issuerNameHash: of(Buffer.from(issuer.subject, 'hex')), issuerKeyHash: of(issuer.keyBits) }
}

const sha1 = (bytes: Buffer) => createHash('sha1').update(bytes).digest()

const sameBytes = (one: OctetString, other: OctetString) =>
  Buffer.from(one.buffer).equals(Buffer.from(other.buffer))

export function nonceOf(extensions: Extension[] | undefined): Buffer | undefined {
  const nonce = extensions?.find((extension) => extension.extnID === id_pkix_ocsp_nonce)
  return nonce && Buffer.from(nonce.extnValue.buffer)
}

function nonceExtension(value: Buffer): Extension {
  return new Extension({
    extnID: id_pkix_ocsp_nonce,
    critical: false,
    extnValue: new OctetString(arrayBuffer(value)),
  })
}

/** The encoder writes fractions of a second, which RFC 5280 4.1.2.5.2 forbids. */
function wholeSeconds(date: Date): Date {
  return new Date(Math.floor(date.getTime() / 1000) * 1000)
}
