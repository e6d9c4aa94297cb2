/** What the resource server knows of the authorization server whose tokens it takes: fetched over HTTPS, kept for the case. */
import { createPublicKey, type KeyObject } from 'node:crypto'
import { isObject, type JsonObject } from '../../wire/json.ts'
import { JWT_BEARER } from '../../wire/oauth.ts'
import { parseJson } from '../../wire/parse.ts'
import type { Context } from '../actor.ts'
import { CallFailed, type CallRequest } from '../call.ts'
import type { Described } from '../discovery/described.ts'
import type { Runtime } from '../runtime.ts'

/** The authorization server cannot be asked, or answers nonsense: nobody's fault who asks here. */
export class Unavailable extends Error {}

export interface VerificationKey {
  key: KeyObject
  kid: string | undefined
  /** When the key set says so: the only algorithm that the key is for. */
  alg: string | undefined
}

export interface AuthorizationServer {
  /** `iss` of its access tokens. */
  issuer: string
  /** @throws Unavailable */
  metadata(): Promise<Described>
  /** The key with this id; without an id, the only key there is. @throws Unavailable */
  key(kid: string | undefined): Promise<VerificationKey | undefined>
  /** What it says of a token (RFC 7662 2.2): nothing is kept, so that an ended token is known at once. @throws Unavailable */
  introspect(token: string): Promise<JsonObject>
}

const MAX_BYTES = 64 * 1024
const TIMEOUT_MS = 5_000
const MAX_KEYS = 100
/** An unknown key id may mean a new key; strangers who make ids up shall not make us ask more often than this. */
const REFETCH_MS = 5_000

/**
 * @param authenticate signs the client assertion of this server
 * @throws when the context says of no authorization server, or not where its endpoints are
 */
export function createAuthorizationServer(
  runtime: Runtime,
  authenticate: (claims: JsonObject) => Promise<string>,
): AuthorizationServer {
  const { url: issuer, endpoints } = authorizationServerOf(runtime.context)

  async function fetchObject(url: string, post: Omit<CallRequest, 'url'> = {}): Promise<JsonObject> {
    try {
      const answer = await runtime.call({ ...post, url, maxBytes: MAX_BYTES, timeoutMs: TIMEOUT_MS })
      const body = answer.status === 200 ? parseJson(answer.text) : undefined
      if (isObject(body)) return body
      throw new Unavailable(`${url} answered ${answer.status} and no JSON object.`)
    } catch (error) {
      if (error instanceof CallFailed) throw new Unavailable(error.message)
      throw error
    }
  }

  async function fetchMetadata(): Promise<Described> {
    const document = await fetchObject(endpoints.metadata)
    // RFC 8414 3.3: else it is somebody else's document.
    if (document.issuer !== issuer)
      throw new Unavailable(`The metadata at ${endpoints.metadata} is not of issuer ${issuer}.`)
    return {
      grantTypes: stringsOf(document, 'grant_types_supported'),
      scopes: stringsOf(document, 'scopes_supported'),
      signingAlgorithms: stringsOf(document, 'token_endpoint_auth_signing_alg_values_supported'),
      certifications: {
        supported: optionalStringsOf(document, 'udap_certifications_supported'),
        required: optionalStringsOf(document, 'udap_certifications_required'),
      },
      tiered: optionalStringsOf(document, 'scopes_supported').includes('udap'),
      endpoints: {
        authorization: endpoints.authorization,
        token: endpoints.token,
        registration: endpoints.registration,
      },
    }
  }

  async function introspect(token: string): Promise<JsonObject> {
    const { url, spec } = runtime.context
    const iat = runtime.nowS()
    const exp = iat + spec.parameters.jwt.maxAssertionLifetimeS
    const form = {
      token,
      token_type_hint: 'access_token',
      client_assertion_type: JWT_BEARER,
      client_assertion: await authenticate({
        iss: url,
        sub: url,
        aud: endpoints.introspection,
        iat,
        exp,
        jti: runtime.id(),
      }),
    }
    return fetchObject(endpoints.introspection, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: await runtime.make('introspection-request', form, (fields) =>
        new URLSearchParams(fields).toString(),
      ),
    })
  }

  const metadata = onceAtATime(fetchMetadata)
  const keys = onceAtATime(async () => readKeys(await fetchObject(endpoints.jwks)))
  let known: Described | undefined
  let keySet: VerificationKey[] | undefined
  let askedAt = Number.NEGATIVE_INFINITY

  return {
    issuer,
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
    introspect,
  }
}

function authorizationServerOf({ name, peers }: Context) {
  const link = peers[name]?.links.tokensFrom
  const peer = link === undefined ? undefined : peers[link]
  if (!peer)
    throw new Error(`${name} takes tokens from nobody: name its authorization server in "tokensFrom".`)
  const { metadata, jwks, token, registration, introspection, authorization } = peer.endpoints
  if (!metadata || !jwks || !token || !registration || !introspection) {
    throw new Error(
      `${link} must say where its metadata, jwks, token, registration and introspection endpoints are.`,
    )
  }
  return { url: peer.url, endpoints: { metadata, jwks, token, registration, introspection, authorization } }
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

const optionalStringsOf = (document: JsonObject, name: string): string[] => {
  const list = document[name]
  return Array.isArray(list) ? list.filter((one) => typeof one === 'string') : []
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
