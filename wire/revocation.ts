/** Describes CRLs (RFC 5280 5) and OCSP messages (RFC 6960 4) for people. No signature is checked here. */
import {
  BasicOCSPResponse,
  type CertStatus,
  id_pkix_ocsp_basic,
  OCSPRequest,
  OCSPResponse,
  OCSPResponseStatus,
} from '@peculiar/asn1-ocsp'
import { AsnConvert } from '@peculiar/asn1-schema'
import { CertificateList, CRLNumber, id_ce_cRLNumber, type Name } from '@peculiar/asn1-x509'
import type { JsonObject } from './json.ts'

/** asn1js stops at 10,000 nodes, which a CRL of 1,500 entries passes; the record limit bounds the bytes. */
const options = { berOptions: { maxNodes: 1e6 } }
const maxListed = 50

export function describeCrl(der: Buffer): JsonObject | undefined {
  return attempt(() => {
    const { tbsCertList: list } = AsnConvert.parse(der, CertificateList, options)
    const number = list.crlExtensions?.find((extension) => extension.extnID === id_ce_cRLNumber)
    const entries = list.revokedCertificates ?? []
    return {
      kind: 'crl',
      issuer: nameOf(list.issuer),
      thisUpdate: list.thisUpdate.getTime().toISOString(),
      ...(list.nextUpdate && { nextUpdate: list.nextUpdate.getTime().toISOString() }),
      ...(number && { number: AsnConvert.parse(number.extnValue, CRLNumber).value }),
      entries: entries.length,
      revoked: entries.slice(0, maxListed).map((entry) => ({
        serial: serialOf(entry.userCertificate),
        at: entry.revocationDate.getTime().toISOString(),
      })),
    }
  })
}

export function describeOcspRequest(der: Buffer): JsonObject | undefined {
  return attempt(() => {
    const { tbsRequest } = AsnConvert.parse(der, OCSPRequest, options)
    const serials = tbsRequest.requestList
      .slice(0, maxListed)
      .map((one) => serialOf(one.reqCert.serialNumber))
    return { kind: 'ocsp-request', serials }
  })
}

export function describeOcspResponse(der: Buffer): JsonObject | undefined {
  return attempt(() => {
    const { responseStatus, responseBytes } = AsnConvert.parse(der, OCSPResponse, options)
    const status = OCSPResponseStatus[responseStatus] ?? String(responseStatus)
    if (responseBytes?.responseType !== id_pkix_ocsp_basic) return { kind: 'ocsp-response', status }
    const { tbsResponseData: data } = AsnConvert.parse(
      responseBytes.response.buffer,
      BasicOCSPResponse,
      options,
    )
    return {
      kind: 'ocsp-response',
      status,
      producedAt: data.producedAt.toISOString(),
      responses: data.responses.slice(0, maxListed).map((one) => ({
        serial: serialOf(one.certID.serialNumber),
        ...statusOf(one.certStatus),
        thisUpdate: one.thisUpdate.toISOString(),
        ...(one.nextUpdate && { nextUpdate: one.nextUpdate.toISOString() }),
      })),
    }
  })
}

/** The library reads `good` and `unknown` as null when they are set. */
function statusOf(status: CertStatus): JsonObject {
  if (status.revoked) return { status: 'revoked', at: status.revoked.revocationTime.toISOString() }
  return { status: status.good !== undefined ? 'good' : 'unknown' }
}

function nameOf(name: Name): string {
  return name.map((rdn) => rdn.map(({ value }) => value.toString()).join(' + ')).join(', ')
}

function serialOf(bytes: ArrayBuffer): string {
  return Buffer.from(bytes)
    .toString('hex')
    .replace(/^(00)+(?=.)/, '')
    .toUpperCase()
}

function attempt(read: () => JsonObject): JsonObject | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
