/** Action udap/token: gets an access token, authenticated by a client assertion (guide 4.2, 5.2). */
import { Type } from 'typebox'
import type { JsonObject } from '../../wire/json.ts'
import type { ActionSpec, ActResult } from '../actor.ts'
import { byCode } from './authorization-code.ts'
import { answered } from './awaited.ts'
import { type Client, serverLinks, type Target, targetInputs, targetOf } from './client.ts'
import { byClientCredentials } from './client-credentials.ts'
import { contextInputs } from './context.ts'
import { byRefreshToken } from './refresh.ts'
import { registration } from './registered.ts'
import { tokenAnswer, tokenArtifacts, tokenOutputs } from './token-outputs.ts'

const text = (description: string) => Type.Optional(Type.String({ description }))

const grants = {
  client_credentials: byClientCredentials,
  authorization_code: byCode,
  refresh_token: byRefreshToken,
}
type Grant = keyof typeof grants

export const spec: ActionSpec = {
  title: 'Gets an access token, authenticated by a signed client assertion.',
  with: Type.Object(
    {
      ...targetInputs,
      grant_type: Type.Optional(
        Type.Enum(Object.keys(grants) as Grant[], {
          description:
            'When left out: authorization_code when code is given or the client is registered for it, else client_credentials.',
        }),
      ),
      code: text(
        'The authorization code. When left out: the one that came to the redirect URI last; the step stops with the check that did not believe it.',
      ),
      redirect_uri: text('For authorization_code; as in the authorization request when left out.'),
      refresh_token: text('For refresh_token; the one that it has when left out.'),
      scope: text(
        'Scopes, separated by spaces. When left out of client_credentials: those registered, where the guide requires some.',
      ),
      extensions: Type.Optional(
        Type.Record(Type.String(), Type.Unknown(), {
          description:
            'The extensions claim of the client assertion. When left out: a plain hl7-b2b object with client_credentials, else none.',
        }),
      ),
      ...contextInputs,
    },
    { additionalProperties: false },
  ),
  links: serverLinks,
  answer: 'the answer of the token endpoint',
  outputs: tokenOutputs,
  awaited: {
    class: 'token',
    method: 'POST',
    answeredWith: tokenArtifacts,
    prompt: 'Let {actor} get an access token from {server}.',
    outputs: answered(...tokenAnswer),
  },
}

export function token(client: Client) {
  return async (input: JsonObject): Promise<ActResult> => {
    const target = targetOf(client, input)
    const grant = await grantOf(client, target, input)
    return grants[grant](client, target, input)
  }
}

async function grantOf(client: Client, target: Target, { grant_type, code }: JsonObject): Promise<Grant> {
  if (grant_type !== undefined) return grant_type as Grant
  if (code !== undefined) return 'authorization_code'
  const { grantTypes } = await registration(client, target)
  return grantTypes.includes('authorization_code') ? 'authorization_code' : 'client_credentials'
}
