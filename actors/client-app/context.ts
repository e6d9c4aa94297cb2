/** On whose behalf, and what for: the context that an hl7-b2b object asserts (guide, B2B 5.2.1.1 and 5.2.4). */
import { Type } from 'typebox'
import { isObject, isStrings, type Json, type JsonObject } from '../../wire/json.ts'
import { present } from '../client/answer.ts'

const known = (description: string) => Type.Optional(Type.String({ minLength: 1, description }))

/** Inputs of every action that gets or uses a token. */
export const contextInputs = {
  requestor: Type.Optional(
    Type.Object(
      {
        human: Type.Boolean({ description: 'A person, or something like a nightly job.' }),
        name: known('When it is known.'),
        id: known('When one is assigned, such as a National Provider Identifier.'),
        role: known('A code, when it is known.'),
      },
      {
        additionalProperties: false,
        description:
          'On whose behalf, as far as it is known; the client credentials grant says it to the server.',
      },
    ),
  ),
  purpose_of_use: Type.Optional(
    Type.Array(Type.String({ minLength: 1 }), {
      minItems: 1,
      description: 'What for: codes, said to the server by the client credentials grant.',
    }),
  ),
}

/** The keys of the hl7-b2b object that the context gives: id and role only of a person who is named. */
export function assertedContext({ requestor, purpose_of_use }: JsonObject): JsonObject {
  if (!isObject(requestor)) return present({ purpose_of_use })
  const { human, name, id, role } = requestor
  const person = human === true && name !== undefined
  return present({
    subject_name: name,
    ...(person && { subject_id: id, subject_role: role }),
    purpose_of_use,
  })
}

/** What of the context of a use is another one than was asserted for the token, in words. */
export function otherContext(use: JsonObject, asserted: JsonObject): string | undefined {
  const wanted = assertedContext(use)
  if (isObject(use.requestor)) {
    for (const key of ['subject_name', 'subject_id']) {
      if (wanted[key] !== asserted[key]) return `${key} ${shown(asserted[key])}, not ${shown(wanted[key])}`
    }
  }
  const purposes = isStrings(asserted.purpose_of_use) ? asserted.purpose_of_use : []
  const wants = isStrings(wanted.purpose_of_use) ? wanted.purpose_of_use : []
  const other = wants.find((code) => !purposes.includes(code))
  return other === undefined ? undefined : `purpose_of_use ${purposes.join(', ') || 'nothing'}, not ${other}`
}

const shown = (value: Json | undefined) => (value === undefined ? 'nobody' : String(value))
