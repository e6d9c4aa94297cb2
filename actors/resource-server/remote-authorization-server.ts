/** An authorization server that is another actor: asked over HTTPS, and what it says kept for the case. */
import { isObject, type JsonObject } from '../../wire/json.ts'
import { JWT_BEARER } from '../../wire/oauth.ts'
import { parseJson } from '../../wire/parse.ts'
import type { Context } from '../actor.ts'
import { BOUNDED, CallFailed, type CallRequest } from '../call.ts'
import { assertionClaims } from '../client/assertion.ts'
import { formPost } from '../client/form.ts'
import type { Described } from '../discovery/described.ts'
import type { Runtime } from '../runtime.ts'
import { type AuthorizationServer, Unavailable } from './authorization-server.ts'
import { pick, readKeys, type VerificationKey } from './verification-keys.ts'

/** An unknown key id may mean a new key; strangers who make ids up shall not make us ask more often than this. */
const REFETCH_MS = 5_000

/**
 * @param authenticate signs the client assertion of this server
 * @throws when the context says of no authorization server, or not where its endpoints are
 */
export function remoteAuthorizationServer(
  runtime: Runtime,
  authenticate: (claims: JsonObject) => Promise<string>,
): AuthorizationServer {
  const { url: issuer, endpoints } = authorizationServerOf(runtime.context)

  async function fetchObject(url: string, post: Omit<CallRequest, 'url'> = {}): Promise<JsonObject> {
    try {
      const answer = await runtime.call({ ...BOUNDED, ...post, url })
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
    const { url } = runtime.context
    const form = {
      token,
      token_type_hint: 'access_token',
      client_assertion_type: JWT_BEARER,
      client_assertion: await authenticate(assertionClaims(runtime, url, endpoints.introspection)),
    }
    return fetchObject(endpoints.introspection, await formPost(runtime, 'introspection-request', form))
  }

  const metadata = onceAtATime(fetchMetadata)
  const keys = onceAtATime(async () => {
    const { keys: listed } = await fetchObject(endpoints.jwks)
    if (Array.isArray(listed)) return readKeys(listed)
    throw new Unavailable('The key set of the authorization server has no "keys".')
  })
  let known: Described | undefined
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
    introspect,
  }
}

function authorizationServerOf({ name, peers }: Context) {
  const link = peers[name]?.links.tokensFrom
  const peer = link === undefined ? undefined : peers[link]
  if (!peer)
    throw new Error(`${name} takes tokens from nobody: name its authorization server in "tokensFrom".`)
  const { metadata, jwks, token, registration, introspection, revocation, authorization } = peer.endpoints
  if (!metadata || !jwks || !token || !registration || !introspection) {
    throw new Error(
      `${link} must say where its metadata, jwks, token, registration and introspection endpoints are.`,
    )
  }
  return {
    url: peer.url,
    endpoints: { metadata, jwks, token, registration, introspection, revocation, authorization },
  }
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
