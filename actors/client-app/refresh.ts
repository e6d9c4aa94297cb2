/** Action oauth/refresh: gets a new access token with the refresh token (RFC 6749 6; guide 4.3). */
import { Type } from 'typebox'
import { isObject, type JsonObject } from '../../wire/json.ts'
import type { ActionSpec, ActResult } from '../actor.ts'
import { missing } from '../input.ts'
import { answered } from './awaited.ts'
import { type Client, serverLinks, type Target, targetInputs, targetOf } from './client.ts'
import { tokenAnswer, tokenArtifacts, tokenOutputs } from './token-outputs.ts'
import { sendTokenRequest, takeToken } from './token-request.ts'

export const spec: ActionSpec = {
  title:
    'Gets a new access token with the refresh token; a new refresh token takes the place of the old one.',
  with: Type.Object(
    {
      ...targetInputs,
      scope: Type.Optional(
        Type.String({ description: 'Some of the scopes that were granted; all of them when left out.' }),
      ),
      refresh_token: Type.Optional(
        Type.String({ description: 'To show this one; the one that it has when left out.' }),
      ),
    },
    { additionalProperties: false },
  ),
  links: serverLinks,
  answer: 'the answer of the token endpoint',
  outputs: tokenOutputs,
  awaited: {
    class: 'token',
    method: 'POST',
    request: () => ({ body: { grant_type: 'refresh_token' } }),
    answeredWith: tokenArtifacts,
    prompt: 'Let {actor} refresh its access token at {server}.',
    outputs: answered(...tokenAnswer),
  },
}

export function refresh(client: Client) {
  return (input: JsonObject): Promise<ActResult> => byRefreshToken(client, targetOf(client, input), input)
}

export async function byRefreshToken(client: Client, target: Target, input: JsonObject): Promise<ActResult> {
  const { token } = target.state
  const refreshToken = input.refresh_token ?? token?.refreshToken
  if (typeof refreshToken !== 'string')
    throw missing(`There is no refresh token for "${target.name}": the server gave none.`)
  const { scope, extensions } = input
  const grant = {
    grant_type: 'refresh_token',
    refresh_token: refreshToken,
    scope: scope === undefined ? undefined : String(scope),
  }
  const answer = await sendTokenRequest(client, target, grant, isObject(extensions) ? extensions : undefined)
  const person = token?.person
  return takeToken(client, target, answer, {
    grant: 'authorization_code',
    input: token?.input ?? input,
    refreshToken,
    signedIn: { scope: '', nonce: person?.nonce, before: person },
  })
}
