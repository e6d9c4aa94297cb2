/** Exchanges the code of an identity provider for an ID token (guide, Tiered OAuth 6.2; OpenID Connect Core 3.1.3). */
import type { JsonObject } from '../../../wire/json.ts'
import { JWT_BEARER } from '../../../wire/oauth.ts'
import { UDAP_VERSION } from '../../../wire/udap.ts'
import { BOUNDED } from '../../call.ts'
import type { Check } from '../../checks.ts'
import { bodyOf, checkAnswer } from '../../client/answer.ts'
import { assertionClaims } from '../../client/assertion.ts'
import { formPost } from '../../client/form.ts'
import type { Server } from '../server.ts'
import { untrusted } from './outcome.ts'
import type { Pending } from './pending.ts'
import { signerOf } from './provider.ts'
import { isLostClient, LostClient } from './response-checks.ts'

export interface Tokens {
  accessToken: string
  idToken: string
}

interface Answer {
  status: number
  body: JsonObject
}

export const tokenResponseChecks: Check<Answer>[] = [
  {
    name: 'tiered-token-status',
    refs: ['tier-022', 'tier-026'],
    run({ status, body: { error } }) {
      if (status === 200) return
      const code = typeof error === 'string' ? ` (${error})` : ''
      const message = `The identity provider answered ${status}${code} to the token request.`
      if (isLostClient(error)) throw new LostClient(message, { status: 303, error: 'invalid_idp' })
      untrusted(message)
    },
  },
  {
    name: 'tiered-token-response',
    refs: ['tier-022', 'tier-026', 'tier-x15'],
    breaks: ['tier-x15'],
    run({ body: { access_token, token_type } }) {
      if (typeof access_token !== 'string' || access_token === '') {
        untrusted('The token response of the identity provider has no access_token.')
      }
      if (typeof token_type !== 'string' || token_type.toLowerCase() !== 'bearer') {
        untrusted('The token_type of the identity provider is not Bearer.')
      }
    },
  },
  {
    name: 'tiered-token-id-token',
    refs: ['tier-026'],
    run({ body: { id_token } }) {
      if (typeof id_token !== 'string') untrusted('The identity provider sent no ID token.')
    },
  },
]

/** @throws Refusal, CallFailed */
export async function exchangeCode(server: Server, pending: Pending, code: string): Promise<Tokens> {
  const { runtime, endpoints } = server
  const { provider, clientId, codeVerifier } = pending
  const claims = assertionClaims(runtime, clientId, provider.tokenEndpoint)
  const form = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: endpoints.callback,
    ...(codeVerifier === undefined ? {} : { code_verifier: codeVerifier }),
    client_assertion_type: JWT_BEARER,
    client_assertion: await signerOf(server, provider).sign('client-assertion', claims),
    udap: UDAP_VERSION,
  }
  const post = await formPost(runtime, 'token-request', form)
  const answer = await runtime.call({ ...BOUNDED, url: provider.tokenEndpoint, ...post })
  const body = bodyOf(answer)
  await checkAnswer(runtime, answer, tokenResponseChecks, { status: answer.status, body })
  return { accessToken: String(body.access_token), idToken: String(body.id_token) }
}
