/** The authentication request to an identity provider (guide, Tiered OAuth 6.2; OpenID Connect Core 3.1.2.1). */
import { codeChallengeOf } from '../../pkce.ts'
import { withQuery } from '../../query.ts'
import type { Server } from '../server.ts'
import type { Pending } from './pending.ts'
import { IDP_SCOPES } from './provider.ts'

export function authenticationRequest({ runtime, endpoints }: Server, pending: Pending): Promise<string> {
  const { provider, clientId, state, nonce, codeVerifier, interaction } = pending
  const { prompt, maxAgeS, acrValues } = interaction.request
  const signInAnew = prompt.filter((one) => one === 'login' || one === 'select_account')
  const draft: Record<string, string> = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: endpoints.callback,
    scope: IDP_SCOPES.join(' '),
    state,
    nonce,
    ...(codeVerifier === undefined
      ? {}
      : { code_challenge: codeChallengeOf(codeVerifier), code_challenge_method: 'S256' }),
    // Who signs people in there is the provider: what the client asks of the sign-in is asked of it.
    ...(signInAnew.length === 0 ? {} : { prompt: signInAnew.join(' ') }),
    ...(maxAgeS === undefined ? {} : { max_age: String(maxAgeS) }),
    ...(acrValues.length === 0 ? {} : { acr_values: acrValues.join(' ') }),
  }
  return runtime.make('authorization-request', draft, (parameters) =>
    withQuery(provider.authorizationEndpoint, parameters),
  )
}
