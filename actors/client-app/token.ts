/** Action udap/token: gets an access token by client credentials, with a client assertion (guide 5.2). */
import { Type } from 'typebox'
import type { JsonObject } from '../../wire/json.ts'
import { JWT_BEARER } from '../../wire/oauth.ts'
import { B2B_EXTENSION, UDAP_VERSION } from '../../wire/udap.ts'
import type { ActionSpec, ActResult } from '../actor.ts'
import { type Check, Refusal } from '../checks.ts'
import { bodyOf, checkAnswer, present } from '../client/answer.ts'
import type { Runtime } from '../runtime.ts'
import {
  type Client,
  discovered,
  type Registration,
  registration,
  type Target,
  targetInputs,
  targetOf,
} from './client.ts'

export const spec: ActionSpec = {
  title: 'Gets an access token by client credentials, authenticated by a signed client assertion.',
  with: Type.Object(
    {
      ...targetInputs,
      scope: Type.Optional(
        Type.String({
          description:
            'Scopes, separated by spaces. When left out: those registered, where the guide requires some.',
        }),
      ),
      extensions: Type.Optional(
        Type.Record(Type.String(), Type.Unknown(), {
          description: 'The extensions claim of the client assertion; a plain hl7-b2b object when left out.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  links: { server: ['resource-server'] },
  answer: 'the answer of the token endpoint',
  outputs: {
    status: 'HTTP status',
    access_token: 'as issued',
    token_type: 'as answered',
    expires_in: 'seconds, when the answer says',
    scope: 'as granted, when the answer says',
    error: 'code of a refusal',
    error_description: 'words of a refusal, when there are any',
  },
}

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

export function token(client: Client) {
  return (input: JsonObject): Promise<ActResult> => requestToken(client, targetOf(client, input), input)
}

/** @param input of udap/token; it is kept, so that the next token can be asked for in the same way */
export async function requestToken(
  { runtime }: Client,
  target: Target,
  input: JsonObject,
): Promise<ActResult> {
  const { parameters } = runtime.context.spec
  const { tokenEndpoint } = discovered(target)
  const registered = registration(target)
  const { signer } = registered
  const extensions = input.extensions ?? plainExtensions(runtime.context.name)
  const claims = { ...assertionClaims(runtime, registered, tokenEndpoint), extensions }
  const scope = input.scope ?? (parameters.token.scopeInRequest === 'required' ? registered.scope : undefined)
  const form = {
    grant_type: 'client_credentials',
    ...(scope === undefined ? {} : { scope: String(scope) }),
    client_assertion_type: JWT_BEARER,
    client_assertion: await runtime.make('client-assertion', signer.draft(claims), signer.sign),
    udap: UDAP_VERSION,
  }
  const answer = await runtime.call({
    method: 'POST',
    url: tokenEndpoint,
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
    body: await runtime.make('token-request', form, (fields) => new URLSearchParams(fields).toString()),
  })
  const body = bodyOf(answer)
  const { status } = answer
  if (status !== 200) {
    const { error, error_description } = body
    return { outputs: present({ status, error, error_description }), answer: answer.id }
  }
  await checkAnswer(runtime, answer, tokenChecks, body)
  const { access_token, token_type, expires_in, scope: granted } = body
  target.state.token = {
    value: String(access_token),
    expiresS: typeof expires_in === 'number' ? runtime.nowS() + expires_in : undefined,
    input,
  }
  return {
    outputs: present({ status, access_token, token_type, expires_in, scope: granted }),
    answer: answer.id,
  }
}

/** Of an Authentication Token (5.2.1), without its extensions. */
export function assertionClaims(
  { context, nowS, id }: Runtime,
  { clientId }: Registration,
  aud: string,
): JsonObject {
  const iat = nowS()
  const exp = iat + context.spec.parameters.jwt.maxAssertionLifetimeS
  return { iss: clientId, sub: clientId, aud, iat, exp, jti: id() }
}

/** Treatment, for an organization whose id is no URL: a URL would have to resolve (5.2.1.1). */
const plainExtensions = (organization: string): JsonObject => ({
  [B2B_EXTENSION]: {
    version: '1',
    organization_id: 'urn:example:organization',
    organization_name: organization,
    purpose_of_use: ['urn:oid:2.16.840.1.113883.5.8#TREAT'],
  },
})
