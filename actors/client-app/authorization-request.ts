/** Builds an authorization request (RFC 6749 4.1.1; guide 7.2) and remembers what its answer must fit. */
import type { JsonObject } from '../../wire/json.ts'
import { scopeTokens } from '../../wire/oauth.ts'
import { missing } from '../input.ts'
import { codeChallengeOf, newCodeVerifier } from '../pkce.ts'
import { withQuery } from '../query.ts'
import type { Authorization } from './authorizations.ts'
import { type Client, discovered, type Target } from './client.ts'
import { registration } from './registered.ts'

export interface Begun {
  url: string
  /** As they would be sent without faults. */
  parameters: Record<string, string>
}

/** @param input of oauth/authorize */
export async function beginAuthorization(client: Client, target: Target, input: JsonObject): Promise<Begun> {
  const { runtime, authorizations } = client
  const { authorizationEndpoint } = discovered(target)
  if (authorizationEndpoint === undefined)
    throw missing(`The metadata of "${target.name}" has no authorization_endpoint: nobody can sign in there.`)
  const { clientId, scope: registered, redirectUris } = await registration(client, target)
  const { id } = runtime
  const scope = String(input.scope ?? registered)
  const state = id()
  const codeVerifier = newCodeVerifier(id)
  const codeChallenge = codeChallengeOf(codeVerifier)
  const usesPkce = input.pkce ?? runtime.context.spec.parameters.authorize.pkce === 'required'
  const own = redirectUris.includes(client.redirectUri) ? client.redirectUri : redirectUris[0]
  const { idp, prompt, max_age, acr_values, login_hint, launch } = input
  const parameters = strings({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: input.redirect_uri ?? own ?? client.redirectUri,
    scope,
    state: input.state ?? state,
    ...(usesPkce && { code_challenge: codeChallenge, code_challenge_method: 'S256' }),
    nonce: input.nonce ?? (scopeTokens(scope).includes('openid') ? id() : undefined),
    aud: (input.aud ?? isSmart(scope)) ? target.peer.url : undefined,
    idp,
    prompt,
    max_age,
    acr_values,
    login_hint,
    launch,
    ...(input.parameters as JsonObject | undefined),
  })
  const authorization: Authorization = {
    target,
    scope: parameters.scope ?? '',
    redirectUri: parameters.redirect_uri,
    state: parameters.state ?? state,
    nonce: parameters.nonce,
    // Who sent another challenge, or none, has no verifier for it.
    codeVerifier: parameters.code_challenge === codeChallenge ? codeVerifier : undefined,
    notBeforeS: typeof max_age === 'number' ? runtime.nowS() - max_age : undefined,
    answered: false,
    spent: false,
  }
  const url = await runtime.make('authorization-request', parameters, (draft) =>
    withQuery(authorizationEndpoint, draft),
  )
  authorizations.begin(authorization)
  target.state.authorization = authorization
  return { url, parameters }
}

/** SMART App Launch wants `aud` beside its scopes. */
const isSmart = (scope: string) =>
  scopeTokens(scope).some((token) => /^(patient\/|user\/|launch)/.test(token))

/** Without those that have no value or are null. */
function strings(values: Record<string, JsonObject[string] | undefined>): Record<string, string> {
  const pairs = Object.entries(values).filter(([, value]) => value !== undefined && value !== null)
  return Object.fromEntries(pairs.map(([name, value]) => [name, String(value)]))
}
