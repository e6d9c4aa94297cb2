/** What a scenario may say that a FHIR server holds. */
import { Type } from 'typebox'
import type { JsonObject } from '../../wire/json.ts'

export const Data = Type.Unsafe<JsonObject | JsonObject[]>({
  'x-testbed-file': true,
  anyOf: [{ type: 'string' }, { type: 'object' }, { type: 'array', items: { type: 'object' } }],
  description: 'What it holds: path of a JSON file, a FHIR Bundle, or a list of resources.',
})
