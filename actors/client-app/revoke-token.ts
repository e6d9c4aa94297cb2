/** Action oauth/revoke-token: gives a token back before its time (RFC 7009). */
import { Type } from 'typebox'
import type { JsonObject } from '../../wire/json.ts'
import { JWT_BEARER } from '../../wire/oauth.ts'
import { UDAP_VERSION } from '../../wire/udap.ts'
import type { ActionSpec, ActResult } from '../actor.ts'
import { bodyOf, present } from '../client/answer.ts'
import { assertionClaims } from '../client/assertion.ts'
import { formPost } from '../client/form.ts'
import { missing } from '../input.ts'
import { answered } from './awaited.ts'
import {
  authorizationServerOf,
  type Client,
  discovered,
  serverLinks,
  type Target,
  targetInputs,
  targetOf,
} from './client.ts'
import { assertionDraft } from './key-set.ts'
import { registration } from './registered.ts'

export const spec: ActionSpec = {
  title: 'Revokes an access or refresh token at the authorization server that issued it.',
  with: Type.Object(
    {
      ...targetInputs,
      token: Type.Optional(
        Type.Enum(['access', 'refresh'], {
          description: 'Which of those that it has; the access token when left out.',
        }),
      ),
      access_token: Type.Optional(Type.String({ description: 'To revoke this one, of whomever it is.' })),
    },
    { additionalProperties: false },
  ),
  links: serverLinks,
  answer: 'the answer of the revocation endpoint',
  outputs: {
    status: 'HTTP status',
    error: 'code of a refusal',
    error_description: 'words of a refusal, when there are any',
  },
  awaited: {
    class: 'revocation',
    method: 'POST',
    answeredWith: ['revocation-response'],
    prompt: 'Let {actor} revoke a token at {server}.',
    outputs: answered('error', 'error_description'),
  },
}

export function revokeToken(client: Client) {
  const { runtime } = client

  return async (input: JsonObject): Promise<ActResult> => {
    const target = targetOf(client, input)
    const { tokenEndpoint } = discovered(target)
    const { clientId, signer } = await registration(client, target)
    const claims = assertionClaims(runtime, clientId, tokenEndpoint)
    const form = {
      ...tokenOf(target, input),
      client_assertion_type: JWT_BEARER,
      client_assertion: await runtime.make(
        'client-assertion',
        assertionDraft(client, signer, claims),
        signer.sign,
      ),
      udap: UDAP_VERSION,
    }
    const post = await formPost(runtime, 'revocation-request', form)
    const answer = await runtime.call({ url: revocationEndpoint(target), ...post })
    const { error, error_description } = bodyOf(answer)
    return { outputs: present({ status: answer.status, error, error_description }), answer: answer.id }
  }

  function tokenOf({ name, state }: Target, { token: kind = 'access', access_token }: JsonObject) {
    const own = kind === 'refresh' ? state.token?.refreshToken : state.token?.value
    const token = access_token ?? own
    if (typeof token !== 'string') throw missing(`There is no ${kind} token for "${name}" to revoke.`)
    return { token, token_type_hint: `${kind}_token` }
  }

  /** UDAP metadata does not name it; the metadata of the authorization server does (RFC 8414 2). */
  function revocationEndpoint(target: Target): string {
    const { revocation } = authorizationServerOf(client, target)?.endpoints ?? {}
    if (revocation !== undefined) return revocation
    throw missing(`The authorization server of "${target.name}" does not say where tokens are revoked.`)
  }
}
