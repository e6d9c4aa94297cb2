/** What the resource server knows of the authorization server whose tokens it takes: fetched over HTTPS, kept for the case. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { isObject, type JsonObject } from '../../wire/json.ts'
import { parseJson } from '../../wire/parse.ts'
import type { Context } from '../actor.ts'
import { CallFailed } from '../call.ts'
import type { Runtime } from '../runtime.ts'

/** The authorization server cannot be asked, or answers nonsense: nobody's fault who asks here. */
export class Unavailable extends Error {}

export interface ServerMetadata {
  grantTypes: string[]
  scopes: string[]
  signingAlgorithms: string[]
}

export interface VerificationKey {
  key: KeyObject
  kid: string | undefined
  /** When the key set says so: the only algorithm that the key is for. */
  alg: string | undefined
}

export interface AuthorizationServer {
  /** `iss` of its access tokens. */
  issuer: string
  endpoints: { token: string; registration: string; authorization: string | undefined }
  /** @throws Unavailable */
  metadata(): Promise<ServerMetadata>
  /** The key with this id; without an id, the only key there is. @throws Unavailable */
  key(kid: string | undefined): Promise<VerificationKey | undefined>
}

const MAX_BYTES = 64 * 1024
const TIMEOUT_MS = 5_000
const MAX_KEYS = 100
/** An unknown key id may mean a new key; strangers who make ids up shall not make us ask more often than this. */
const REFETCH_MS = 5_000

/** @throws when the context says of no authorization server, or not where its endpoints are */
export function createAuthorizationServer(runtime: Runtime): AuthorizationServer {
  const { url: issuer, endpoints } = authorizationServerOf(runtime.context)

  async function fetchObject(url: string): Promise<JsonObject> {
    try {
      const answer = await runtime.call({ url, maxBytes: MAX_BYTES, timeoutMs: TIMEOUT_MS })
      const body = answer.status === 200 ? parseJson(answer.text) : undefined
      if (isObject(body)) return body
      throw new Unavailable(`GET ${url} was answered with ${answer.status} and no JSON object.`)
    } catch (error) {
      if (error instanceof CallFailed) throw new Unavailable(error.message)
      throw error
    }
  }

  async function fetchMetadata(): Promise<ServerMetadata> {
    const document = await fetchObject(endpoints.metadata)
    // RFC 8414 3.3: else it is somebody else's document.
    if (document.issuer !== issuer)
      throw new Unavailable(`The metadata at ${endpoints.metadata} is not of issuer ${issuer}.`)
    return {
      grantTypes: stringsOf(document, 'grant_types_supported'),
      scopes: stringsOf(document, 'scopes_supported'),
      signingAlgorithms: stringsOf(document, 'token_endpoint_auth_signing_alg_values_supported'),
    }
  }

  const metadata = onceAtATime(fetchMetadata)
  const keys = onceAtATime(async () => readKeys(await fetchObject(endpoints.jwks)))
  let known: ServerMetadata | undefined
  let keySet: VerificationKey[] | undefined
  let askedAt = Number.NEGATIVE_INFINITY

  return {
    issuer,
    endpoints,
    metadata: async () => {
      known ??= await metadata()
      return known
    },
    key: async (kid) => {
      keySet ??= await keys()
      const found = pick(keySet, kid)
      if (found || performance.now() - askedAt < REFETCH_MS) return found
      askedAt = performance.now()
      // The keys that are known go on being good when it cannot be asked again.
      keySet = await keys().catch(() => keySet ?? [])
      return pick(keySet, kid)
    },
  }
}

function authorizationServerOf({ name, peers }: Context) {
  const link = peers[name]?.links.tokensFrom
  const peer = link === undefined ? undefined : peers[link]
  if (!peer)
    throw new Error(`${name} takes tokens from nobody: name its authorization server in "tokensFrom".`)
  const { metadata, jwks, token, registration, authorization } = peer.endpoints
  if (!metadata || !jwks || !token || !registration) {
    throw new Error(`${link} must say where its metadata, jwks, token and registration endpoints are.`)
  }
  return { url: peer.url, endpoints: { metadata, jwks, token, registration, authorization } }
}

/** Those who ask while an answer is awaited share it. */
function onceAtATime<T>(ask: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | undefined
  return () => {
    underWay ??= ask().finally(() => {
      underWay = undefined
    })
    return underWay
  }
}

function stringsOf(document: JsonObject, name: string): string[] {
  const list = document[name]
  if (Array.isArray(list) && list.length > 0 && list.every((one) => typeof one === 'string')) return list
  throw new Unavailable(`The metadata of the authorization server has no "${name}".`)
}

/** RFC 7517 5: a key that cannot be read, or is for something else, is ignored. */
function readKeys({ keys }: JsonObject): VerificationKey[] {
  if (!Array.isArray(keys)) throw new Unavailable('The key set of the authorization server has no "keys".')
  return keys.slice(0, MAX_KEYS).flatMap((jwk) => {
    if (!isObject(jwk) || (jwk.use !== undefined && jwk.use !== 'sig')) return []
    try {
      const key = createPublicKey({ key: jwk, format: 'jwk' })
      return [{ key, kid: text(jwk.kid), alg: text(jwk.alg) }]
    } catch {
      return []
    }
  })
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)

function pick(keys: VerificationKey[], kid: string | undefined): VerificationKey | undefined {
  if (kid !== undefined) return keys.find((key) => key.kid === kid)
  return keys.length === 1 ? keys[0] : undefined
}
