/** Action fhir/search: searches one resource type with the access token. */
import { Type } from 'typebox'
import type { JsonObject } from '../../wire/json.ts'
import type { ActionSpec, ActResult } from '../actor.ts'
import { bodyOf, present } from '../client/answer.ts'
import { answered, escaped } from './awaited.ts'
import { type Client, serverLinks } from './client.ts'
import { fhirInputs, get } from './fhir-request.ts'

export const spec: ActionSpec = {
  title: 'Searches one resource type with the access token.',
  with: Type.Object(
    {
      ...fhirInputs,
      query: Type.String({
        pattern: '^[A-Z][A-Za-z]*(\\?\\S*)?$',
        description: 'Such as Patient?family=Rivera.',
      }),
    },
    { additionalProperties: false },
  ),
  links: serverLinks,
  answer: 'the answer to the search',
  outputs: { status: 'HTTP status', total: 'number of matches, when the answer says' },
  awaited: {
    class: 'fhir',
    request: ({ query }) => ({ path: { $matches: `/${escaped(String(query).split('?')[0])}(/_search)?$` } }),
    answeredWith: ['fhir-response'],
    prompt: 'Let {actor} search {server}.',
    outputs: answered('total'),
  },
}

export function search(client: Client) {
  return async (input: JsonObject): Promise<ActResult> => {
    const answer = await get(client, input, String(input.query))
    const { total } = bodyOf(answer)
    return { outputs: present({ status: answer.status, total }), answer: answer.id }
  }
}
