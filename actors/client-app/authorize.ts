/** Action oauth/authorize: prepares an authorization request, whose URL a person opens in a browser (guide 7.2). */
import { Type } from 'typebox'
import type { JsonObject } from '../../wire/json.ts'
import type { ActionSpec, ActResult } from '../actor.ts'
import { present } from '../client/answer.ts'
import { beginAuthorization } from './authorization-request.ts'
import { type Client, serverLinks, targetInputs, targetOf } from './client.ts'

const text = (description: string) => Type.Optional(Type.String({ description }))

export const spec: ActionSpec = {
  title: 'Prepares an authorization request, for a person to open in a browser.',
  with: Type.Object(
    {
      ...targetInputs,
      scope: text('Scopes, separated by spaces; those registered when left out.'),
      idp: text('Base URL of the preferred identity provider (Tiered OAuth); `udap` must be in scope then.'),
      redirect_uri: text('Its own redirect URI when left out, or the first one registered.'),
      state: text('A new one that nobody can guess when left out.'),
      pkce: Type.Optional(
        Type.Boolean({
          description: 'Use PKCE (RFC 7636)? When left out: where the version of the guide requires it.',
        }),
      ),
      nonce: text('A new one when left out and `openid` is in scope.'),
      prompt: text('As in OpenID Connect Core 3.1.2.1, such as none or login.'),
      max_age: Type.Optional(
        Type.Integer({ description: 'Seconds since the person signed in, at most.', minimum: 0 }),
      ),
      acr_values: text('Levels of assurance, separated by spaces.'),
      login_hint: text('Whom to expect.'),
      launch: text('Id of an EHR launch.'),
      aud: Type.Optional(
        Type.Boolean({
          description:
            'Send the FHIR base URL as aud? When left out: with SMART scopes (patient/, user/, launch).',
        }),
      ),
      parameters: Type.Optional(
        Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()]), {
          description: 'More parameters, or others in the place of those above; null leaves one out.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  links: serverLinks,
  answer: 'none: no request is made',
  outputs: {
    authorization_url: 'URL to open',
    state: 'as sent',
    nonce: 'as sent, when there is one',
    code_challenge: 'as sent, when there is one',
  },
  awaited: { prompt: 'Let {actor} begin an authorization.', outputs: {} },
}

export function authorize(client: Client) {
  return async (input: JsonObject): Promise<ActResult> => {
    const { url, parameters } = await beginAuthorization(client, targetOf(client, input), input)
    const { state, nonce, code_challenge } = parameters
    return { outputs: present({ authorization_url: url, state, nonce, code_challenge }) }
  }
}
