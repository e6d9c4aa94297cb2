/** Actions fhir/create and fhir/update: write a resource with the access token, as who attests in a directory. */
import { Type } from 'typebox'
import type { JsonObject } from '../../wire/json.ts'
import type { ActionSpec, ActResult } from '../actor.ts'
import type { CallResponse } from '../call.ts'
import { bodyOf, present } from '../client/answer.ts'
import { missing } from '../input.ts'
import { answered, escaped } from './awaited.ts'
import { type Client, serverLinks } from './client.ts'
import { ask, fhirInputs } from './fhir-request.ts'

const outputs = {
  status: 'HTTP status',
  id: 'id of the resource, when it was written',
}

const specOf = (title: string, answer: string, resource: string, verb: string): ActionSpec => ({
  title,
  with: Type.Object(
    { ...fhirInputs, resource: Type.Record(Type.String(), Type.Unknown(), { description: resource }) },
    { additionalProperties: false },
  ),
  links: serverLinks,
  answer,
  outputs,
  awaited: {
    class: 'fhir',
    request: ({ resource }) => ({
      path: { $matches: `/${escaped((resource as JsonObject).resourceType)}(/[^/?]+)?$` },
    }),
    prompt: `Let {actor} ${verb} {server}.`,
    outputs: answered('id'),
  },
})

export const createSpec = specOf(
  'Creates a resource with the access token.',
  'the answer to the create',
  'A FHIR resource; the server gives its id.',
  'write to',
)

export const updateSpec = specOf(
  'Changes a resource with the access token.',
  'the answer to the update',
  'A FHIR resource with its id.',
  'change what it wrote to',
)

export function create(client: Client) {
  return async (input: JsonObject): Promise<ActResult> => {
    const { type, body } = resourceIn(input)
    return said(await ask(client, input, { method: 'POST', relative: type, body }))
  }
}

export function update(client: Client) {
  return async (input: JsonObject): Promise<ActResult> => {
    const { type, id, body } = resourceIn(input)
    if (id === '') throw missing('"resource" has no id: say which one is changed.')
    return said(await ask(client, input, { method: 'PUT', relative: `${type}/${id}`, body }))
  }
}

function resourceIn({ resource }: JsonObject): { type: string; id: string; body: string } {
  const { resourceType, id = '' } = resource as JsonObject
  const type = /^[A-Z][A-Za-z]*$/.exec(String(resourceType))?.[0]
  if (type === undefined || !/^[A-Za-z0-9\-.]{0,64}$/.test(String(id)))
    throw missing('"resource" must be a FHIR resource, with a resourceType and, if any, an id.')
  return { type, id: String(id), body: JSON.stringify(resource) }
}

function said(answer: CallResponse): ActResult {
  const { status, id: hop } = answer
  const { id } = bodyOf(answer)
  const written = (status === 200 || status === 201) && typeof id === 'string'
  return {
    outputs: present({ status, ...(written && { id }) }),
    answer: hop,
  }
}
