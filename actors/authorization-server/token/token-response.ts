/** What a token request is answered with (RFC 6749 5.1; OpenID Connect Core 3.1.3.3; SMART App Launch). */
import { isObject, type JsonObject } from '../../../wire/json.ts'
import { B2B_EXTENSION } from '../../../wire/udap.ts'
import type { Grant } from '../authorization/grants.ts'
import { issuerOf } from '../jwt.ts'
import { fhirUserOf } from '../openid/claims.ts'
import { idToken } from '../openid/id-token.ts'
import type { Server } from '../server.ts'
import { extension } from './b2b.ts'
import type { TokenRequest } from './token-request.ts'

export async function tokenResponse(subject: TokenRequest): Promise<Record<string, unknown>> {
  const { server, family, code, client, jwt, scopes } = subject
  const scope = scopes.join(' ')
  const grant = family?.grant
  const lifetimeS = server.with.tokenLifetimeS
  const accessToken = await server.accessTokens.issue({
    clientId: issuerOf(jwt),
    scope,
    lifetimeS,
    family,
    asserted: asserted(subject),
    ...(grant ? aboutPerson(server, grant) : {}),
  })
  const offline = ['offline_access', 'online_access'].some((token) => grant?.scopes.includes(token))
  const refreshes = family && offline && client?.grantTypes.includes('refresh_token')
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    expires_in: lifetimeS,
    scope,
    ...(refreshes ? { refresh_token: server.grants.issueRefreshToken(family) } : {}),
    ...(code && grant?.scopes.includes('openid')
      ? { id_token: await idToken(server, grant, accessToken) }
      : {}),
    ...grant?.context,
  }
}

/** The extension objects, as the client said on whose behalf it asks, and what for (guide 5.2.1). */
function asserted(subject: TokenRequest): JsonObject | undefined {
  const { extensions } = subject.jwt.claims
  const object = extension(subject)
  return object && { ...(isObject(extensions) ? extensions : {}), [B2B_EXTENSION]: object }
}

/** What the FHIR server must know of them, by the token itself or by introspection (SMART App Launch, "Token Introspection"). */
function aboutPerson(server: Server, { sub, context }: Grant) {
  const fhirUser = fhirUserOf(server, sub)
  return { sub, claims: { ...context, ...(fhirUser === undefined ? {} : { fhirUser }) } }
}
