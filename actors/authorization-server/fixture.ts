/** For tests and benchmarks: a running authorization server, and a client of it made of plain code. */
import { createPrivateKey, randomUUID } from 'node:crypto'
import type { Static } from 'typebox'
import { Value } from 'typebox/value'
import type { JsonObject } from '../../wire/json.ts'
import { JWT_BEARER } from '../../wire/oauth.ts'
import type { Actor, Context, Credential, StartedActor } from '../actor.ts'
import type { CallRequest, CallResponse } from '../call.ts'
import { contextOf } from '../fixture.ts'
import type { Bed } from '../fixture-bed.ts'
import { type Community, startCommunity } from '../fixture-community.ts'
import { keyFor, signJwt } from '../fixture-keys.ts'
import { authorizationServer } from './actor.ts'
import { With } from './with.ts'

export const CLIENT_URI = 'https://app.example/backend'
/** Takes its tokens from the server. */
export const FHIR_URL = 'https://fhir-c1.localhost/fhir'

export interface Options {
  serves?: 'https' | 'http'
  /** In the place of the authorization server itself. */
  actor?: Actor<typeof With>
  communities?: Community[]
  context?: Partial<Context>
  with?: Partial<Static<typeof With>>
}

/** Running. */
export interface Server {
  actor: StartedActor
  url: string
  call(request: Omit<CallRequest, 'url'> & { path: string }): Promise<CallResponse>
}

/** Nobody is asked about revocation unless the policy in `options.context` says otherwise. */
export async function startAuthorizationServer(bed: Bed, options: Options = {}): Promise<Server> {
  const { serves = 'https', actor = authorizationServer, communities = [] } = options
  const place = await bed.open('as', { ...actor, serves })
  const url = `${serves}://as-c1.localhost:${place.port}`
  const context = contextOf('as', {
    kind: 'authorization-server',
    url,
    peers: {
      fhir: {
        kind: 'resource-server',
        url: FHIR_URL,
        endpoints: {},
        links: { tokensFrom: 'as' },
      },
    },
    anchors: communities.map(({ uri, root }) => ({ community: uri, certificates: [root] })),
    keys: [await keyFor('server')],
    tls: await bed.tls(serves === 'https' ? ['as-c1.localhost'] : []),
    policy: { revocation: 'off' },
    ...options.context,
  })
  return {
    actor: await place.start(context, withDefaults(options.with)),
    url,
    call: ({ path, ...request }) => bed.call({ ...request, url: `${url}${path}` }),
  }
}

/** A community, a server that trusts it, and the credential of a client in it. */
export interface Parties {
  community: Community
  credential: Credential
  server: Server
}

export async function startParties(bed: Bed, context: Partial<Context> = {}): Promise<Parties> {
  const community = await startCommunity(bed)
  const credential = await community.issue([CLIENT_URI])
  return {
    community,
    credential,
    server: await startAuthorizationServer(bed, { communities: [community], context }),
  }
}

/** As the plan fills it in. */
export function withDefaults(w: Partial<Static<typeof With>> = {}): Static<typeof With> {
  return Value.Parse(With, Value.Default(With, { ...w }))
}

/** Changes of one JWT; a value `undefined` leaves the member out. */
export interface JwtChanges {
  header?: Record<string, unknown>
  claims?: Record<string, unknown>
  /** Signs instead of the credential's key. */
  key?: string
  /** Seconds added to real time. */
  offsetS?: number
}

function signAs(credential: Credential, claims: JsonObject, changes: JwtChanges): Promise<string> {
  const alg = createPrivateKey(credential.key).asymmetricKeyType === 'ec' ? 'ES256' : 'RS256'
  const header = { alg, x5c: credential.chain, ...changes.header }
  return signJwt(changes.key ?? credential.key, header, { ...claims, ...changes.claims })
}

export function signStatement(
  server: Server,
  credential: Credential,
  changes: JwtChanges = {},
): Promise<string> {
  const iat = Math.floor(Date.now() / 1000) + (changes.offsetS ?? 0)
  const uri = credential.uris[0]!
  const claims = {
    iss: uri,
    sub: uri,
    aud: `${server.url}/register`,
    iat,
    exp: iat + 300,
    jti: randomUUID(),
    client_name: 'A backend',
    contacts: ['mailto:operator@app.example'],
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'private_key_jwt',
    scope: 'system/Patient.rs',
  }
  return signAs(credential, claims, changes)
}

export function signAssertion(
  server: Server,
  credential: Credential,
  clientId: string,
  changes: JwtChanges = {},
): Promise<string> {
  const iat = Math.floor(Date.now() / 1000) + (changes.offsetS ?? 0)
  const claims = {
    iss: clientId,
    sub: clientId,
    aud: `${server.url}/token`,
    iat,
    exp: iat + 300,
    jti: randomUUID(),
    extensions: { 'hl7-b2b': B2B },
  }
  return signAs(credential, claims, changes)
}

export const B2B = {
  version: '1',
  organization_id: 'https://payer.example/organization',
  purpose_of_use: ['urn:oid:2.16.840.1.113883.5.8#HPAYMT'],
}

export const JSON_TYPE = { 'content-type': 'application/json' }
export const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' }

export function register(server: Server, statement: string, body: JsonObject = {}): Promise<CallResponse> {
  const request = JSON.stringify({ software_statement: statement, udap: '1', ...body })
  return server.call({ method: 'POST', path: '/register', headers: JSON_TYPE, body: request })
}

/** A certification that says nothing but that the client meets the criteria of a programme. */
export function signCertification(
  signer: Credential,
  programme: string,
  changes: JwtChanges = {},
): Promise<string> {
  const iat = Math.floor(Date.now() / 1000) + (changes.offsetS ?? 0)
  const claims = {
    iss: signer.uris[0]!,
    sub: CLIENT_URI,
    iat,
    exp: iat + 86_400,
    jti: randomUUID(),
    certification_name: 'Tested by many',
    certification_uris: [programme],
  }
  return signAs(signer, claims, changes)
}

/** Claims of a client with a user. */
export const CODE = {
  grant_types: ['authorization_code'],
  response_types: ['code'],
  redirect_uris: ['https://app.example/callback'],
  logo_uri: 'https://app.example/logo.png',
}

/** @returns the client_id */
export async function registered(
  server: Server,
  credential: Credential,
  scope = 'system/Patient.rs',
): Promise<string> {
  const answer = await register(server, await signStatement(server, credential, { claims: { scope } }))
  return (answer.json() as { client_id: string }).client_id
}

export const answerOf = ({ status, json }: CallResponse) => ({ status, ...(json() as object) })

/** @param form a value `undefined` leaves the parameter out */
export function requestToken(
  server: Server,
  assertion: string,
  form: Record<string, string | undefined> = {},
): Promise<CallResponse> {
  return server.call({ method: 'POST', path: '/token', headers: FORM_TYPE, body: tokenForm(assertion, form) })
}

export function tokenForm(assertion: string, form: Record<string, string | undefined> = {}): string {
  const parameters = {
    grant_type: 'client_credentials',
    scope: 'system/Patient.rs',
    client_assertion_type: JWT_BEARER,
    client_assertion: assertion,
    udap: '1',
    ...form,
  }
  const given = Object.entries(parameters).filter((one): one is [string, string] => one[1] !== undefined)
  return new URLSearchParams(given).toString()
}

/** What resource server and client ask about a token. */
export async function ask(
  server: Server,
  path: '/introspect' | '/revoke',
  by: { credential: Credential; id: string },
  changes: JwtChanges = {},
  form: Record<string, string | undefined> = {},
): Promise<CallResponse> {
  const aud = `${server.url}${path}`
  const claims = { aud, extensions: undefined, ...changes.claims }
  const assertion = await signAssertion(server, by.credential, by.id, { ...changes, claims })
  const parameters = { grant_type: undefined, scope: undefined, udap: undefined, ...form }
  return server.call({ method: 'POST', path, headers: FORM_TYPE, body: tokenForm(assertion, parameters) })
}
