/** What a hop is for, and what each of its ends is in it. */
import { mediaType } from '../../wire/decode.ts'
import { decodeForm } from '../../wire/form.ts'
import type { RequestMessage, ResponseMessage } from '../../wire/hop.ts'
import { isObject } from '../../wire/json.ts'
import {
  OPENID_CONFIGURATION_PATH,
  SERVER_METADATA_PATH,
  SMART_CONFIGURATION_PATH,
} from '../../wire/oauth.ts'
import { parseJson } from '../../wire/parse.ts'
import { METADATA_PATH } from '../../wire/udap.ts'
import type { StageActor } from '../trace/trace.ts'

export const hopClasses = [
  'metadata',
  'registration',
  'authorization',
  'interaction',
  'callback',
  'launch',
  'token',
  'userinfo',
  'end-session',
  'introspection',
  'revocation',
  'jwks',
  'as-metadata',
  'openid-configuration',
  'smart-configuration',
  'fhir',
  'capability-statement',
  'crl',
  'ocsp',
  'issuer-certificate',
  'logo',
  'reference',
  'unknown',
] as const
export type HopClass = (typeof hopClasses)[number]

export interface Roles {
  from: string
  to: string
}

/** Of whoever is an authorization server, alone or with more. */
const oauth: Record<string, HopClass> = {
  registration: 'registration',
  authorization: 'authorization',
  interaction: 'interaction',
  callback: 'callback',
  logo: 'logo',
  token: 'token',
  userinfo: 'userinfo',
  endSession: 'end-session',
  introspection: 'introspection',
  revocation: 'revocation',
  jwks: 'jwks',
  openid: 'openid-configuration',
}

const fhir: Record<string, HopClass> = {
  metadata: 'metadata',
  smart: 'smart-configuration',
  capabilities: 'capability-statement',
}

const both: Record<string, HopClass> = { ...oauth, ...fhir, authorizationServerMetadata: 'as-metadata' }

/** Kind of actor and name of its endpoint → class. */
export const endpointClass: Record<string, Record<string, HopClass>> = {
  'resource-server': fhir,
  'authorization-server': { ...oauth, metadata: 'as-metadata' },
  'data-holder': both,
  directory: both,
  intermediary: both,
  'identity-provider': { ...oauth, metadata: 'as-metadata', udap: 'metadata' },
  'certificate-authority': {
    ocsp: 'ocsp',
    rootCrl: 'crl',
    intermediateCrl: 'crl',
    rootCertificate: 'issuer-certificate',
    intermediateCertificate: 'issuer-certificate',
  },
  'client-app': {
    logo: 'logo',
    redirect: 'callback',
    launch: 'launch',
    start: 'launch',
    jwks: 'jwks',
    organization: 'reference',
    consent: 'reference',
    consentDocument: 'reference',
  },
}

/** A FHIR server and an authorization server in one. */
const withBoth = ['data-holder', 'directory', 'intermediary']

/** Of these the paths below are the same: each page has its own, and so has each OCSP request by GET (RFC 6960 A.1). */
const withPathsBelow: HopClass[] = ['interaction', 'ocsp']

const responseClass: Record<string, HopClass> = {
  'application/pkix-crl': 'crl',
  'application/ocsp-response': 'ocsp',
  'application/pkix-cert': 'issuer-certificate',
  // As many web servers call it.
  'application/x-x509-ca-cert': 'issuer-certificate',
  'application/pkcs7-mime': 'issuer-certificate',
}

/**
 * By the stage's table of endpoints, then by what the messages hold.
 * @param named URLs that a client assertion named
 */
export function classOf(
  request: RequestMessage | undefined,
  response: ResponseMessage | undefined,
  actors: Record<string, StageActor>,
  named: ReadonlySet<string> = new Set(),
): HopClass {
  if (!request || !URL.canParse(request.url)) return 'unknown'
  return (
    byEndpoint(request.url, actors) ??
    byContent(request, response) ??
    byBase(request.url, actors) ??
    (named.has(request.url) ? 'reference' : 'unknown')
  )
}

function byEndpoint(url: string, actors: Record<string, StageActor>): HopClass | undefined {
  const asked = place(url)
  for (const { kind, endpoints } of Object.values(actors)) {
    for (const [name, endpoint] of Object.entries(endpoints)) {
      const found = endpointClass[kind]?.[name]
      const there = place(endpoint)
      if (!found || !there) continue
      const below = withPathsBelow.includes(found) && asked?.startsWith(`${there}/`)
      if (asked === there || below) return found
    }
  }
  return undefined
}

function byContent(request: RequestMessage, response: ResponseMessage | undefined): HopClass | undefined {
  const { pathname, searchParams } = new URL(request.url)
  if (pathname.endsWith(METADATA_PATH)) return 'metadata'
  if (pathname.endsWith(SMART_CONFIGURATION_PATH)) return 'smart-configuration'
  if (pathname.endsWith(OPENID_CONFIGURATION_PATH)) return 'openid-configuration'
  if (pathname.startsWith(SERVER_METADATA_PATH)) return 'as-metadata'
  if (searchParams.has('response_type') && searchParams.has('client_id')) return 'authorization'
  const asked = mediaType(request.headers)
  if (asked === 'application/ocsp-request') return 'ocsp'
  if (request.method === 'POST' && asked === 'application/x-www-form-urlencoded') {
    const form = decodeForm(request.body)
    if (form.grant_type !== undefined) return 'token'
    return form.response_type !== undefined && form.client_id !== undefined ? 'authorization' : undefined
  }
  if (request.method === 'POST' && request.body.includes('"software_statement"')) {
    const body = parseJson(request.body)
    if (isObject(body) && body.software_statement !== undefined) return 'registration'
  }
  return response && responseClass[mediaType(response.headers)]
}

/** Everything below a FHIR base URL that is nothing else; where an authorization server is beside it, what FHIR may call a type. */
function byBase(url: string, actors: Record<string, StageActor>): HopClass | undefined {
  const asked = place(url)
  for (const { kind, url: own } of Object.values(actors)) {
    const base = kind === 'resource-server' || withBoth.includes(kind) ? place(own) : undefined
    if (!base || !asked) continue
    if (asked === `${base}/metadata`) return 'capability-statement'
    if (asked !== base && !asked.startsWith(`${base}/`)) continue
    if (kind === 'resource-server' || /^\/[A-Z]/.test(asked.slice(base.length))) return 'fhir'
  }
  return undefined
}

/**
 * Roles in the catalogue's words, by the kinds of the two actors. A browser is its user, whoever sent it there. A
 * data holder that asks an identity provider is its client. Who fetches a CRL or keys is whatever it is elsewhere.
 */
export function rolesOf(kind: HopClass, from: string | undefined, to: string | undefined): Roles {
  const server = to === 'identity-provider' ? 'identity-provider' : 'authorization-server'
  const asker = to === 'identity-provider' && from !== 'user' ? 'client' : roleOf(from)
  switch (kind) {
    case 'metadata':
    case 'smart-configuration':
    case 'fhir':
    case 'capability-statement':
      return { from: 'client', to: to === 'identity-provider' ? to : 'resource-holder' }
    case 'registration':
    case 'token':
    case 'revocation':
    case 'userinfo':
      return { from: 'client', to: server }
    case 'authorization':
    case 'interaction':
    case 'end-session':
      return { from: 'user', to: server }
    case 'callback':
    case 'launch':
      return { from: 'user', to: 'client' }
    case 'jwks':
      if (to === 'client-app') return { from: roleOf(from), to: 'client' }
      return { from: asker, to: server }
    case 'as-metadata':
    case 'openid-configuration':
    case 'introspection':
      return { from: asker, to: server }
    case 'crl':
    case 'ocsp':
    case 'issuer-certificate':
      return { from: roleOf(from), to: 'certificate-authority' }
    case 'logo':
    case 'reference':
      return { from: roleOf(from), to: 'client' }
    case 'unknown':
      return { from: roleOf(from), to: 'unknown' }
  }
}

function roleOf(kind: string | undefined): string {
  switch (kind) {
    case 'resource-server':
      return 'resource-holder'
    // What it validates and fetches it does as an authorization server.
    case 'data-holder':
    case 'directory':
    case 'intermediary':
      return 'authorization-server'
    case 'authorization-server':
    case 'certificate-authority':
    case 'identity-provider':
    case 'user':
      return kind
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
