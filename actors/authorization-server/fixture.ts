/** For tests and benchmarks: a running authorization server, a trust community, and a client made of plain code. */
import { createPrivateKey, createPublicKey, randomUUID, X509Certificate } from 'node:crypto'
import { SignJWT } from 'jose'
import type { Static } from 'typebox'
import { Value } from 'typebox/value'
import { issueCertificate, issueRoot } from '../../certs/issue.ts'
import { generateKey } from '../../certs/keys.ts'
import { profile } from '../../certs/profile.ts'
import { createTlsRoot, issueTlsCertificate } from '../../certs/tls.ts'
import type { Observed } from '../../wire/hop.ts'
import type { JsonObject } from '../../wire/json.ts'
import { JWT_BEARER } from '../../wire/oauth.ts'
import type { Context, Credential, StartedActor } from '../actor.ts'
import type { CallRequest, CallResponse } from '../call.ts'
import { contextOf, runtimeOf } from '../fixture.ts'
import { openServer } from '../listen.ts'
import { actorOf } from '../registry.ts'
import { authorizationServer } from './actor.ts'
import { With } from './with.ts'

export const COMMUNITY = 'urn:example:north'
export const CLIENT_URI = 'https://app.example/backend'

/** A certificate authority without a server: nothing can be fetched, so revocation must be off. */
export interface Community {
  uri: string
  /** Base64 DER. */
  root: string
  issue(uris: string[], options?: { key?: string }): Promise<Credential>
}

export async function createCommunity(uri = COMMUNITY): Promise<Community> {
  const rootKey = createPrivateKey(await generateKey('ec-p256'))
  const key = createPrivateKey(await generateKey('ec-p256'))
  const root = await issueRoot(profile('root'), rootKey, `Root of ${uri}`, new Date())
  const intermediate = await issueCertificate({
    profile: profile('intermediate'),
    subject: { publicKey: createPublicKey(key), commonName: `Intermediate of ${uri}` },
    issuer: { certificate: root, key: rootKey, urls: {} },
    at: new Date(),
  })
  return {
    uri,
    root: root.toString('base64'),
    async issue(uris, options = {}) {
      const leafKey = options.key ?? (await rsaKey('client'))
      const leaf = await issueCertificate({
        profile: profile('leaf'),
        subject: { publicKey: createPublicKey(leafKey), commonName: 'A client', names: { uri: uris } },
        issuer: { certificate: intermediate, key, urls: {} },
        at: new Date(),
      })
      return {
        community: uri,
        key: leafKey,
        chain: [leaf.toString('base64'), intermediate.toString('base64')],
        uris,
      }
    },
  }
}

/** A certificate authority that serves OCSP, CRL and issuer certificates, and revokes. */
export interface Authority extends Community {
  revoke(credential: Credential): Promise<void>
  close(): Promise<void>
}

export async function openAuthority(uri = COMMUNITY): Promise<Authority> {
  const kind = 'certificate-authority'
  const { start } = await actorOf(kind)
  const opened = await openServer('http')
  const url = `http://ca-c1.localhost:${opened.port}`
  const keys = await Promise.all([generateKey('rsa-2048'), generateKey('rsa-2048')])
  const { server } = opened
  const ca = await start(
    contextOf('ca', { kind, url, keys }),
    { community: uri },
    { server, record: () => {} },
  )
  return {
    uri,
    root: ca.facts.root as string,
    async issue(uris, options = {}) {
      const key = options.key ?? (await rsaKey('client'))
      const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' }) as string
      const { outputs } = await ca.act('ca/issue', { publicKey, uris }, 5000)
      return { community: uri, key, chain: outputs.chain as string[], uris }
    },
    async revoke({ chain }) {
      const { serialNumber } = new X509Certificate(Buffer.from(chain[0]!, 'base64'))
      await ca.act('ca/revoke', { serial: serialNumber }, 5000)
    },
    async close() {
      await ca.stop()
      await opened.close()
    },
  }
}

const rsaKeys = new Map<string, Promise<string>>()
/** One a use for the whole process: an RSA key takes up to 200 ms. */
function rsaKey(use: 'client' | 'server'): Promise<string> {
  const key = rsaKeys.get(use) ?? generateKey('rsa-2048')
  rsaKeys.set(use, key)
  return key
}

export interface Options {
  serves?: 'https' | 'http'
  communities?: { uri: string; root: string }[]
  context?: Partial<Context>
  with?: Partial<Static<typeof With>>
}

/** A running server. */
export interface Bed {
  actor: StartedActor
  url: string
  /** PEM roots that its HTTPS certificate leads to. */
  tlsRoots: string[]
  halves: Observed[]
  call(request: Omit<CallRequest, 'url'> & { path: string }): Promise<CallResponse>
  close(): Promise<void>
}

export async function openBed(options: Options = {}): Promise<Bed> {
  const serves = options.serves ?? 'https'
  const opened = await openServer(serves)
  const tlsRoot = await createTlsRoot()
  const url = `${serves}://as-c1.localhost:${opened.port}`
  const halves: Observed[] = []
  const context = contextOf('as', {
    kind: 'authorization-server',
    url,
    peers: {
      fhir: {
        kind: 'resource-server',
        url: 'https://fhir-c1.localhost/fhir',
        endpoints: {},
        links: { tokensFrom: 'as' },
      },
    },
    anchors: (options.communities ?? []).map(({ uri, root }) => ({ community: uri, certificates: [root] })),
    keys: [await rsaKey('server')],
    tls: {
      roots: [tlsRoot.certificate],
      ...(serves === 'https' ? { certificate: await issueTlsCertificate(tlsRoot, ['as-c1.localhost']) } : {}),
    },
    policy: { revocation: 'off' },
    ...options.context,
  })
  const w = Value.Parse(With, Value.Default(With, { ...options.with }))
  const actor = await authorizationServer.start(context, w, {
    server: opened.server,
    record: (half) => void halves.push(half),
  })
  const { runtime } = runtimeOf('app', { context: { tls: { roots: [tlsRoot.certificate] } } })
  return {
    actor,
    url,
    tlsRoots: [tlsRoot.certificate],
    halves,
    call: ({ path, ...request }) => runtime.call({ ...request, url: `${url}${path}` }),
    async close() {
      await runtime.close()
      await actor.stop()
      await opened.close()
    },
  }
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

async function signJwt(credential: Credential, claims: JsonObject, changes: JwtChanges): Promise<string> {
  const key = createPrivateKey(changes.key ?? credential.key)
  const alg = createPrivateKey(credential.key).asymmetricKeyType === 'ec' ? 'ES256' : 'RS256'
  const header = { alg, x5c: credential.chain, ...changes.header }
  return new SignJWT(defined({ ...claims, ...changes.claims }))
    .setProtectedHeader(defined(header) as { alg: string })
    .sign(key)
}

export function signStatement(bed: Bed, credential: Credential, changes: JwtChanges = {}): Promise<string> {
  const iat = Math.floor(Date.now() / 1000) + (changes.offsetS ?? 0)
  const uri = credential.uris[0]!
  const claims = {
    iss: uri,
    sub: uri,
    aud: `${bed.url}/register`,
    iat,
    exp: iat + 300,
    jti: randomUUID(),
    client_name: 'A backend',
    contacts: ['mailto:operator@app.example'],
    grant_types: ['client_credentials'],
    token_endpoint_auth_method: 'private_key_jwt',
    scope: 'system/Patient.rs',
  }
  return signJwt(credential, claims, changes)
}

export function signAssertion(
  bed: Bed,
  credential: Credential,
  clientId: string,
  changes: JwtChanges = {},
): Promise<string> {
  const iat = Math.floor(Date.now() / 1000) + (changes.offsetS ?? 0)
  const claims = {
    iss: clientId,
    sub: clientId,
    aud: `${bed.url}/token`,
    iat,
    exp: iat + 300,
    jti: randomUUID(),
    extensions: { 'hl7-b2b': B2B },
  }
  return signJwt(credential, claims, changes)
}

export const B2B = {
  version: '1',
  organization_id: 'https://payer.example/organization',
  purpose_of_use: ['urn:oid:2.16.840.1.113883.5.8#HPAYMT'],
}

export const JSON_TYPE = { 'content-type': 'application/json' }
export const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' }

export function register(bed: Bed, statement: string, body: JsonObject = {}): Promise<CallResponse> {
  const request = JSON.stringify({ software_statement: statement, udap: '1', ...body })
  return bed.call({ method: 'POST', path: '/register', headers: JSON_TYPE, body: request })
}

/** @param form a value `undefined` leaves the parameter out */
export function requestToken(
  bed: Bed,
  assertion: string,
  form: Record<string, string | undefined> = {},
): Promise<CallResponse> {
  return bed.call({ method: 'POST', path: '/token', headers: FORM_TYPE, body: tokenForm(assertion, form) })
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
  return new URLSearchParams(defined(parameters) as Record<string, string>).toString()
}

function defined(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
}
