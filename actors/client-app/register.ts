/** Action udap/register: registers the client with a signed software statement (guide 3). */
import { Type } from 'typebox'
import type { JsonObject } from '../../wire/json.ts'
import { UDAP_VERSION } from '../../wire/udap.ts'
import type { ActionSpec, ActResult } from '../actor.ts'
import { type Check, Refusal } from '../checks.ts'
import { bodyOf, checkAnswer, present } from './answer.ts'
import { type Client, discovered, type Registration, signerFor, targetOf } from './client.ts'

export const spec: ActionSpec = {
  title: 'Registers the client at the authorization server of a FHIR server, by UDAP dynamic registration.',
  with: Type.Object(
    {
      server: Type.Optional(Type.String({ description: 'Name of the resource server.' })),
      grant_types: Type.Optional(
        Type.Array(Type.String(), {
          description: 'As in the software statement; client_credentials when left out.',
        }),
      ),
      scope: Type.String({ description: 'Scopes, separated by spaces.' }),
      client_name: Type.Optional(
        Type.String({ description: 'For people; the name of the actor when left out.' }),
      ),
      contacts: Type.Optional(Type.Array(Type.String(), { description: 'URIs, at least one mailto:.' })),
    },
    { additionalProperties: false },
  ),
  links: { server: ['resource-server'] },
  answer: 'the answer of the registration endpoint',
  outputs: {
    status: 'HTTP status',
    client_id: 'as assigned',
    scope: 'as granted; as asked for when the answer does not say',
    grant_types: 'as registered, when the answer says',
    error: 'code of a refusal',
    error_description: 'words of a refusal, when there are any',
  },
}

/** The answer of a server that says it registered the client. */
export const registrationChecks: Check<JsonObject>[] = [
  {
    name: 'registration-response',
    refs: ['reg-036'],
    run({ client_id }) {
      if (typeof client_id !== 'string' || client_id === '') {
        throw new Refusal('The server says that it registered the client, but gives no client_id.')
      }
    },
  },
]

export function register(client: Client) {
  const { runtime } = client

  return async (input: JsonObject): Promise<ActResult> => {
    const target = targetOf(client, input)
    const { registrationEndpoint, community } = discovered(target)
    const signer = signerFor(client, community)
    const claims = claimsOf(input, registrationEndpoint)
    const software_statement = await runtime.make('software-statement', signer.draft(claims), signer.sign)
    const request = { software_statement, udap: UDAP_VERSION }
    const answer = await runtime.call({
      method: 'POST',
      url: registrationEndpoint,
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: await runtime.make('registration-request', request, JSON.stringify),
    })
    const body = bodyOf(answer)
    const { status } = answer
    if (status !== 200 && status !== 201) {
      const { error, error_description } = body
      return { outputs: present({ status, error, error_description }), answer: answer.id }
    }
    await checkAnswer(runtime, answer, registrationChecks, body)
    const { client_id, grant_types, scope = input.scope } = body
    // 3.4: an empty list of grants confirms that the registration is cancelled.
    if (Array.isArray(grant_types) && grant_types.length === 0) delete target.state.registration
    else
      target.state.registration = {
        clientId: String(client_id),
        scope: String(scope),
        signer,
      } satisfies Registration
    return { outputs: present({ status, client_id, scope, grant_types }), answer: answer.id }
  }

  function claimsOf(input: JsonObject, aud: string): JsonObject {
    const { url, name, spec } = runtime.context
    const iat = runtime.nowS()
    return {
      iss: url,
      sub: url,
      aud,
      iat,
      exp: iat + spec.parameters.registration.maxLifetimeS,
      jti: runtime.id(),
      client_name: input.client_name ?? name,
      contacts: input.contacts ?? ['mailto:operator@example.com'],
      grant_types: input.grant_types ?? ['client_credentials'],
      token_endpoint_auth_method: 'private_key_jwt',
      scope: input.scope ?? '',
    }
  }
}
