/** Action oauth/revoke-token: gives an access token back before its time (RFC 7009). */
import { Type } from 'typebox'
import type { JsonObject } from '../../wire/json.ts'
import { JWT_BEARER } from '../../wire/oauth.ts'
import { UDAP_VERSION } from '../../wire/udap.ts'
import type { ActionSpec, ActResult } from '../actor.ts'
import { bodyOf, present } from '../client/answer.ts'
import {
  type Client,
  discovered,
  missing,
  registration,
  type Target,
  targetInputs,
  targetOf,
} from './client.ts'
import { assertionClaims } from './token.ts'

export const spec: ActionSpec = {
  title: 'Revokes an access token at the authorization server that issued it.',
  with: Type.Object(
    {
      ...targetInputs,
      access_token: Type.Optional(
        Type.String({ description: 'The token to revoke; the one that udap/token got last when left out.' }),
      ),
    },
    { additionalProperties: false },
  ),
  links: { server: ['resource-server'] },
  answer: 'the answer of the revocation endpoint',
  outputs: {
    status: 'HTTP status',
    error: 'code of a refusal',
    error_description: 'words of a refusal, when there are any',
  },
}

export function revokeToken(client: Client) {
  const { runtime } = client

  return async (input: JsonObject): Promise<ActResult> => {
    const target = targetOf(client, input)
    const { tokenEndpoint } = discovered(target)
    const registered = registration(target)
    const { signer } = registered
    const token = input.access_token ?? target.state.token?.value
    if (typeof token !== 'string') throw missing(`There is no access token for "${target.name}" to revoke.`)
    const claims = assertionClaims(runtime, registered, tokenEndpoint)
    const form = {
      token,
      token_type_hint: 'access_token',
      client_assertion_type: JWT_BEARER,
      client_assertion: await runtime.make('client-assertion', signer.draft(claims), signer.sign),
      udap: UDAP_VERSION,
    }
    const answer = await runtime.call({
      method: 'POST',
      url: revocationEndpoint(target),
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: await runtime.make('revocation-request', form, (fields) =>
        new URLSearchParams(fields).toString(),
      ),
    })
    const { error, error_description } = bodyOf(answer)
    return { outputs: present({ status: answer.status, error, error_description }), answer: answer.id }
  }

  /** UDAP metadata does not name it; the metadata of the authorization server does (RFC 8414 2). */
  function revocationEndpoint({ name, peer }: Target): string {
    const { revocation } = runtime.context.peers[peer.links.tokensFrom ?? '']?.endpoints ?? {}
    if (revocation !== undefined) return revocation
    throw missing(`The authorization server of "${name}" does not say where tokens are revoked.`)
  }
}
