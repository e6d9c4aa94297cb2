/** Opens a message for people: bodies parsed, JWTs and certificates in them expanded. Nothing is judged by it. */
import { describeCertificate, describeDer } from './certificate.ts'
import { decodeForm } from './form.ts'
import type { Body, Headers, RequestMessage, ResponseMessage } from './hop.ts'
import { isObject, type Json, type JsonObject } from './json.ts'
import { decodeJwt } from './jwt.ts'
import { fromBase64, parseJson } from './parse.ts'
import { cut } from './redact.ts'
import { describeCrl, describeOcspRequest, describeOcspResponse } from './revocation.ts'

/** A budget of values, so that a large search result is not written out twice. */
const maxValues = 2000
type Budget = { left: number }

/** `{ body?, authorization?, ocsp? }`: what there was to decode; `undefined` when there was nothing. */
export function decodeMessage(message: RequestMessage | ResponseMessage): JsonObject | undefined {
  const budget: Budget = { left: maxValues }
  const decoded: JsonObject = {}
  const body = decodeBody(message)
  if (body !== undefined) decoded.body = expand(body, budget)
  const token = /^Bearer +(\S+)$/i.exec(message.headers.authorization ?? '')?.[1]
  const jwt = token && expandJwt(token, budget)
  if (jwt) decoded.authorization = jwt
  const ocsp = 'method' in message && message.method === 'GET' ? ocspInPath(message.url) : undefined
  if (ocsp) decoded.ocsp = ocsp
  return Object.keys(decoded).length > 0 ? decoded : undefined
}

/** The parsed body: JSON and forms as they are, PKI objects described; `undefined` for anything else. */
export function decodeBody({ headers, ...message }: Body & { headers: Headers }): Json | undefined {
  if (message.truncated || message.body === '') return undefined
  const type = mediaType(headers)
  switch (type) {
    case 'application/x-www-form-urlencoded':
      return message.encoding ? undefined : decodeForm(message.body)
    case 'application/pkix-crl':
      return describeCrl(bodyBytes(message))
    case 'application/ocsp-request':
      return describeOcspRequest(bodyBytes(message))
    case 'application/ocsp-response':
      return describeOcspResponse(bodyBytes(message))
    case 'application/pkix-cert':
      return describe(describeDer(bodyBytes(message)))
    default:
      return message.encoding ? undefined : parseJson(message.body)
  }
}

/** Media type in lower case without its parameters, '' when there is none. */
export function mediaType(headers: Headers): string {
  return (headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase()
}

export function bodyBytes({ body, encoding }: Body): Buffer {
  return Buffer.from(body, encoding ?? 'utf8')
}

/** RFC 6960 A.1.1: GET {url}/{url-encoding of base64 of the request}. */
function ocspInPath(url: string): JsonObject | undefined {
  if (!URL.canParse(url)) return undefined
  const segment = /\/(M[A-Za-z0-9+/=%]+)$/.exec(new URL(url).pathname)?.[1]
  if (!segment || segment.length > 4096) return undefined
  const der = fromBase64(segment.replace(/%2b/gi, '+').replace(/%2f/gi, '/').replace(/%3d/gi, '='))
  return der && describeOcspRequest(der)
}

/** With `open`, JWTs are expanded; inside one they are not: a JWT in a JWT in a JWT ends here. */
function expand(value: Json, budget: Budget, open = true): Json {
  if (--budget.left < 0) return '…'
  if (typeof value === 'string') return (open && expandJwt(value, budget)) || value
  if (Array.isArray(value)) return within(value, budget).map((item) => expand(item, budget, open))
  if (!isObject(value)) return value
  const entries = within(Object.entries(value), budget)
  return Object.fromEntries(entries.map(([key, item]) => [key, expand(item, budget, open)]))
}

function expandJwt(text: string, budget: Budget): JsonObject | undefined {
  const jwt = text.length > 20 && text.includes('.') ? decodeJwt(text) : undefined
  if (!jwt) return undefined
  const header = Object.entries(jwt.header).map(([name, value]): [string, Json] =>
    name === 'x5c' && Array.isArray(value) ? [name, chain(value)] : [name, expand(value, budget, false)],
  )
  const claims = expand(jwt.claims, budget, false)
  return { jwt: { header: Object.fromEntries(header), claims, signature: cut(jwt.signature) } }
}

/** Certificates of a chain; more than 10 are not described. */
function chain(x5c: Json[]): Json[] {
  return x5c.slice(0, 10).map((item) => {
    const certificate = typeof item === 'string' ? describeCertificate(item) : undefined
    return describe(certificate) ?? 'not a certificate'
  })
}

function within<T>(items: T[], budget: Budget): T[] {
  return items.slice(0, Math.max(0, budget.left))
}

function describe(certificate: ReturnType<typeof describeDer>): JsonObject | undefined {
  return certificate && { ...certificate }
}
