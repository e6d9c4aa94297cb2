/** Action fhir/read: reads one resource with the access token. */
import { Type } from 'typebox'
import type { JsonObject } from '../../wire/json.ts'
import type { ActionSpec, ActResult } from '../actor.ts'
import { answered, escaped } from './awaited.ts'
import { type Client, serverLinks } from './client.ts'
import { fhirInputs, get } from './fhir-request.ts'

export const spec: ActionSpec = {
  title: 'Reads one resource with the access token.',
  with: Type.Object(
    {
      ...fhirInputs,
      resource: Type.String({
        pattern: '^[A-Z][A-Za-z]*/[A-Za-z0-9\\-.]{1,64}$',
        description: 'Such as Patient/p1.',
      }),
    },
    { additionalProperties: false },
  ),
  links: serverLinks,
  answer: 'the answer to the read',
  outputs: { status: 'HTTP status' },
  awaited: {
    class: 'fhir',
    method: 'GET',
    request: ({ resource }) => ({ path: { $matches: `/${escaped(resource)}$` } }),
    answeredWith: ['fhir-response'],
    prompt: 'Let {actor} read from {server}.',
    outputs: answered(),
  },
}

export function read(client: Client) {
  return async (input: JsonObject): Promise<ActResult> => {
    const { id, status } = await get(client, input, String(input.resource))
    return { outputs: { status }, answer: id }
  }
}
