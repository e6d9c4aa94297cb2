/** A token request with a client assertion (guide 4.2, 5.2), and what is kept of its answer. */
import type { JsonObject } from '../../wire/json.ts'
import { JWT_BEARER } from '../../wire/oauth.ts'
import { UDAP_VERSION } from '../../wire/udap.ts'
import type { ActResult } from '../actor.ts'
import type { CallResponse } from '../call.ts'
import { type Check, Refusal } from '../checks.ts'
import { bodyOf, checkAnswer, present } from '../client/answer.ts'
import { assertionClaims } from '../client/assertion.ts'
import { formPost } from '../client/form.ts'
import { type AccessToken, type Client, discovered, type Target } from './client.ts'
import { basic } from './enter-client.ts'
import { type SignedIn, validateIdToken } from './id-token.ts'
import { assertionDraft } from './key-set.ts'
import { registration } from './registered.ts'

/** The answer of a server that says it issued a token (RFC 6749 5.1). */
export const tokenChecks: Check<JsonObject>[] = [
  {
    name: 'token-response',
    refs: ['b2b-060'],
    run({ access_token, token_type }) {
      if (typeof access_token !== 'string' || access_token === '') {
        throw new Refusal('The token response has no access_token.')
      }
      if (typeof token_type !== 'string' || token_type.toLowerCase() !== 'bearer') {
        throw new Refusal('The token_type of the token response is not Bearer.')
      }
    },
  },
]

/** @param grant the fields of the form that are the grant's own; one that is undefined is left out */
export async function sendTokenRequest(
  client: Client,
  target: Target,
  grant: Record<string, string | undefined>,
  extensions?: JsonObject,
): Promise<CallResponse> {
  const { runtime } = client
  const { tokenEndpoint } = discovered(target)
  const { clientId, signer, secret } = await registration(client, target)
  if (secret !== undefined) {
    const form = present(grant) as Record<string, string>
    const post = await formPost(runtime, 'token-request', form)
    return runtime.call({
      ...post,
      url: tokenEndpoint,
      headers: { ...post.headers, ...basic(clientId, secret) },
    })
  }
  const claims = present({ ...assertionClaims(runtime, clientId, tokenEndpoint), extensions })
  const form = present({
    ...grant,
    client_assertion_type: JWT_BEARER,
    client_assertion: await runtime.make(
      'client-assertion',
      assertionDraft(client, signer, claims),
      signer.sign,
    ),
    udap: UDAP_VERSION,
    client_id: client.policy.clientIdParameter ? clientId : undefined,
  }) as Record<string, string>
  return runtime.call({ url: tokenEndpoint, ...(await formPost(runtime, 'token-request', form)) })
}

export interface Asked extends Pick<AccessToken, 'grant' | 'input' | 'asserted'> {
  /** Kept when the answer has no new one (RFC 6749 6). */
  refreshToken?: string | undefined
  /** When a person signed in for it: what the ID token must fit. */
  signedIn?: SignedIn | undefined
}

/** Keeps the token and says what came; a refusal of the server is an outcome, too. */
export async function takeToken(
  client: Client,
  target: Target,
  answer: CallResponse,
  { grant, input, asserted, refreshToken, signedIn }: Asked,
): Promise<ActResult> {
  const { runtime } = client
  const body = bodyOf(answer)
  const { status } = answer
  if (status !== 200) {
    const { error, error_description } = body
    return { outputs: present({ status, error, error_description }), answer: answer.id }
  }
  await checkAnswer(runtime, answer, tokenChecks, body)
  const person = signedIn && (await validateIdToken(client, target, answer, signedIn))
  const { access_token, token_type, expires_in, scope, refresh_token, id_token, patient, encounter } = body
  target.state.token = {
    value: String(access_token),
    expiresS: typeof expires_in === 'number' ? runtime.nowS() + expires_in : undefined,
    input,
    grant,
    asserted,
    refreshToken: typeof refresh_token === 'string' ? refresh_token : refreshToken,
    person,
  }
  return {
    outputs: present({
      status,
      access_token,
      token_type,
      expires_in,
      scope,
      refresh_token,
      id_token,
      patient,
      encounter,
    }),
    answer: answer.id,
  }
}
