/** What a hop is for, and what each of its ends is in it. */
import { mediaType } from '../../wire/decode.ts'
import { decodeForm } from '../../wire/form.ts'
import type { RequestMessage, ResponseMessage } from '../../wire/hop.ts'
import { isObject } from '../../wire/json.ts'
import { SERVER_METADATA_PATH } from '../../wire/oauth.ts'
import { parseJson } from '../../wire/parse.ts'
import { METADATA_PATH } from '../../wire/udap.ts'
import type { StageActor } from '../trace/trace.ts'

export const hopClasses = [
  'metadata',
  'registration',
  'token',
  'introspection',
  'revocation',
  'jwks',
  'as-metadata',
  'fhir',
  'capability-statement',
  'crl',
  'ocsp',
  'issuer-certificate',
  'logo',
  'unknown',
] as const
export type HopClass = (typeof hopClasses)[number]

export interface Roles {
  from: string
  to: string
}

/** Kind of actor and name of its endpoint → class. */
const endpointClass: Record<string, Record<string, HopClass>> = {
  'resource-server': { metadata: 'metadata', capabilities: 'capability-statement' },
  'authorization-server': {
    registration: 'registration',
    token: 'token',
    introspection: 'introspection',
    revocation: 'revocation',
    jwks: 'jwks',
    metadata: 'as-metadata',
  },
  'certificate-authority': {
    ocsp: 'ocsp',
    rootCrl: 'crl',
    intermediateCrl: 'crl',
    rootCertificate: 'issuer-certificate',
    intermediateCertificate: 'issuer-certificate',
  },
  'client-app': { logo: 'logo' },
}

const responseClass: Record<string, HopClass> = {
  'application/pkix-crl': 'crl',
  'application/ocsp-response': 'ocsp',
  'application/pkix-cert': 'issuer-certificate',
  'application/pkcs7-mime': 'issuer-certificate',
}

/** By the stage's table of endpoints, then by what the messages hold. */
export function classOf(
  request: RequestMessage | undefined,
  response: ResponseMessage | undefined,
  actors: Record<string, StageActor>,
): HopClass {
  if (!request || !URL.canParse(request.url)) return 'unknown'
  return (
    byEndpoint(request.url, actors) ??
    byContent(request, response) ??
    byBase(request.url, actors) ??
    'unknown'
  )
}

/** OCSP by GET carries its request in the path (RFC 6960 A.1). */
function byEndpoint(url: string, actors: Record<string, StageActor>): HopClass | undefined {
  const asked = place(url)
  for (const { kind, endpoints } of Object.values(actors)) {
    for (const [name, endpoint] of Object.entries(endpoints)) {
      const found = endpointClass[kind]?.[name]
      const there = place(endpoint)
      if (!found || !there) continue
      if (asked === there || (found === 'ocsp' && asked?.startsWith(`${there}/`))) return found
    }
  }
  return undefined
}

function byContent(request: RequestMessage, response: ResponseMessage | undefined): HopClass | undefined {
  const { pathname } = new URL(request.url)
  if (pathname.endsWith(METADATA_PATH)) return 'metadata'
  if (pathname.startsWith(SERVER_METADATA_PATH)) return 'as-metadata'
  const asked = mediaType(request.headers)
  if (asked === 'application/ocsp-request') return 'ocsp'
  if (request.method === 'POST' && asked === 'application/x-www-form-urlencoded') {
    return decodeForm(request.body).grant_type === undefined ? undefined : 'token'
  }
  if (request.method === 'POST' && request.body.includes('"software_statement"')) {
    const body = parseJson(request.body)
    if (isObject(body) && body.software_statement !== undefined) return 'registration'
  }
  return response && responseClass[mediaType(response.headers)]
}

/** Everything below a FHIR base URL that is nothing else. */
function byBase(url: string, actors: Record<string, StageActor>): HopClass | undefined {
  const asked = place(url)
  for (const actor of Object.values(actors)) {
    const base = actor.kind === 'resource-server' ? place(actor.url) : undefined
    if (!base || !asked) continue
    if (asked === `${base}/metadata`) return 'capability-statement'
    if (asked === base || asked.startsWith(`${base}/`)) return 'fhir'
  }
  return undefined
}

/** Roles in the catalogue's words. Who fetches a CRL or keys is whatever it is elsewhere in the case. */
export function rolesOf(kind: HopClass, caller: string | undefined): Roles {
  switch (kind) {
    case 'metadata':
    case 'fhir':
    case 'capability-statement':
      return { from: 'client', to: 'resource-holder' }
    case 'registration':
    case 'token':
    case 'revocation':
      return { from: 'client', to: 'authorization-server' }
    case 'jwks':
    case 'as-metadata':
    case 'introspection':
      return { from: roleOf(caller), to: 'authorization-server' }
    case 'crl':
    case 'ocsp':
    case 'issuer-certificate':
      return { from: roleOf(caller), to: 'certificate-authority' }
    case 'logo':
      return { from: roleOf(caller), to: 'client' }
    case 'unknown':
      return { from: roleOf(caller), to: 'unknown' }
  }
}

function roleOf(kind: string | undefined): string {
  switch (kind) {
    case 'resource-server':
      return 'resource-holder'
    case 'authorization-server':
      return 'authorization-server'
    case 'certificate-authority':
      return 'certificate-authority'
    default:
      return 'client'
  }
}

/** Origin and path, without a slash at the end. */
function place(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined
  const { origin, pathname } = new URL(url)
  return (origin + pathname).replace(/\/$/, '')
}
