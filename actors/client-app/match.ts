/** Action fhir/match: asks which patient a description means (FHIR R4, Patient-operation-match). */
import { Type } from 'typebox'
import { isObject, type JsonObject } from '../../wire/json.ts'
import type { ActionSpec, ActResult } from '../actor.ts'
import { bodyOf, present } from '../client/answer.ts'
import { answered } from './awaited.ts'
import { type Client, serverLinks } from './client.ts'
import { ask, fhirInputs } from './fhir-request.ts'

export const spec: ActionSpec = {
  title: 'Asks which patients a description may mean, with the access token.',
  with: Type.Object(
    {
      ...fhirInputs,
      patient: Type.Record(Type.String(), Type.Unknown(), {
        description: 'What is known: elements of a Patient resource, such as name, birthDate, identifier.',
      }),
      only_certain: Type.Optional(Type.Boolean({ description: 'Only one who is meant without doubt.' })),
      count: Type.Optional(Type.Integer({ minimum: 1, description: 'At most so many.' })),
    },
    { additionalProperties: false },
  ),
  links: serverLinks,
  answer: 'the answer to Patient/$match',
  outputs: {
    status: 'HTTP status',
    total: 'number of matches, when the answer says',
    patient: 'id of the best match, when there is one',
    score: 'its score',
    grade: 'its match-grade',
  },
  awaited: {
    class: 'fhir',
    method: 'POST',
    request: () => ({ path: { $matches: '/Patient/\\$match$' } }),
    prompt: 'Let {actor} ask {server} which patient is meant.',
    outputs: {
      ...answered('total'),
      patient: 'response.body.entry.0.resource.id',
      score: 'response.body.entry.0.search.score',
      grade: 'response.body.entry.0.search.extension.0.valueCode',
    },
  },
}

const GRADE = 'http://hl7.org/fhir/StructureDefinition/match-grade'

export function match(client: Client) {
  return async (input: JsonObject): Promise<ActResult> => {
    const { patient, only_certain, count } = input
    const parameters = {
      resourceType: 'Parameters',
      parameter: [
        { name: 'resource', resource: { ...(patient as JsonObject), resourceType: 'Patient' } },
        ...(only_certain === undefined ? [] : [{ name: 'onlyCertainMatches', valueBoolean: only_certain }]),
        ...(count === undefined ? [] : [{ name: 'count', valueInteger: count }]),
      ],
    }
    const body = JSON.stringify(parameters)
    const answer = await ask(client, input, { method: 'POST', relative: 'Patient/$match', body })
    const { total, entry } = bodyOf(answer)
    const [best] = Array.isArray(entry) ? entry : []
    const { resource, search } = isObject(best) ? best : {}
    const { score, extension } = isObject(search) ? search : {}
    const grades = Array.isArray(extension) ? extension.filter(isObject) : []
    const grade = grades.find(({ url }) => url === GRADE)?.valueCode
    return {
      outputs: present({
        status: answer.status,
        total,
        patient: isObject(resource) ? resource.id : undefined,
        score,
        grade,
      }),
      answer: answer.id,
    }
  }
}
