/** Action directory/find: asks a directory, as everybody may, where an organization has its FHIR server. */
import { Type } from 'typebox'
import { isObject, type Json, type JsonObject } from '../../wire/json.ts'
import type { ActionSpec, ActResult } from '../actor.ts'
import { type Check, Refusal } from '../checks.ts'
import { bodyOf, checkAnswer, present } from '../client/answer.ts'
import { missing } from '../input.ts'
import { answered } from './awaited.ts'
import type { Client } from './client.ts'

const text = (description: string) => Type.Optional(Type.String({ minLength: 1, description }))

export const spec: ActionSpec = {
  title: 'Searches a directory for an organization and its FHIR endpoint; no token is shown.',
  with: Type.Object(
    {
      server: text('Name of the directory.'),
      organization: text('What the name of the organization begins with.'),
      identifier: text('An identifier of it: system|value.'),
    },
    { additionalProperties: false },
  ),
  links: { server: ['directory'] },
  answer: 'the answer to the search',
  outputs: {
    status: 'HTTP status',
    total: 'number of organizations, when the answer says',
    address: 'base URL of the first active FHIR endpoint: where udap/discover begins',
    organization: 'name of the organization that it is of',
  },
  awaited: {
    class: 'fhir',
    method: 'GET',
    prompt: 'Let {actor} look for the organization in {server}.',
    // Where it stands in the answer of a directory that has one organization of that name, with one endpoint.
    outputs: { ...answered('total'), address: 'response.body.entry.1.resource.address' },
  },
}

interface Answer {
  status: number
  body: JsonObject
}

/** Before an address in it is gone to. */
export const findChecks: Check<Answer>[] = [
  {
    name: 'directory-bundle',
    refs: [],
    run({ status, body: { resourceType, type } }) {
      if (status !== 200 || resourceType !== 'Bundle' || type !== 'searchset')
        throw new Refusal(`The directory answered ${status} and no searchset.`)
    },
  },
]

export function find(client: Client) {
  const { runtime } = client
  return async (input: JsonObject): Promise<ActResult> => {
    const { organization, identifier } = input
    if (organization === undefined && identifier === undefined)
      throw missing('Say whom to look for: organization or identifier.')
    const { url } = runtime.context.peers[String(input.server)]!
    const query = new URLSearchParams({
      ...(organization !== undefined && { name: String(organization) }),
      ...(identifier !== undefined && { identifier: String(identifier) }),
      _include: 'Organization:endpoint',
      _revinclude: 'Endpoint:organization',
    })
    const answer = await runtime.call({
      url: `${url}/Organization?${query}`,
      headers: { accept: 'application/fhir+json' },
    })
    const body = bodyOf(answer)
    const { status } = answer
    await checkAnswer(runtime, answer, findChecks, { status, body })
    const resources = resourcesIn(body)
    const found = resources.find(isFhirEndpoint)
    const names = resources.filter(({ resourceType }) => resourceType === 'Organization')
    return {
      outputs: present({
        status,
        total: body.total,
        address: found?.address,
        organization: names[0]?.name,
      }),
      answer: answer.id,
    }
  }
}

const resourcesIn = ({ entry }: JsonObject): JsonObject[] =>
  (Array.isArray(entry) ? entry : []).flatMap((one) =>
    isObject(one) && isObject(one.resource) ? [one.resource] : [],
  )

function isFhirEndpoint({ resourceType, status, connectionType, address }: JsonObject): boolean {
  return (
    resourceType === 'Endpoint' &&
    status === 'active' &&
    codesOf(connectionType).includes('hl7-fhir-rest') &&
    typeof address === 'string'
  )
}

/** One Coding in FHIR R4, and a list of CodeableConcepts from R5 on. */
function codesOf(type: Json | undefined): Json[] {
  if (Array.isArray(type)) return type.flatMap(codesOf)
  if (!isObject(type)) return []
  return type.coding === undefined ? [type.code ?? ''] : codesOf(type.coding)
}
