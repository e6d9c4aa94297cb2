/** What a scenario may say that a FHIR server holds. */
import { Type } from 'typebox'
import type { JsonObject } from '../../wire/json.ts'

export const Data = Type.Unsafe<JsonObject | JsonObject[]>({
  'x-testbed-file': true,
  anyOf: [{ type: 'string' }, { type: 'object' }, { type: 'array', items: { type: 'object' } }],
  description: 'What it holds: path of a JSON file, a FHIR Bundle, or a list of resources.',
})

export const Metadata = Type.Record(Type.String(), Type.Unsafe<JsonObject>(Type.Object({})), {
  description:
    'By URI of a community: what its UDAP metadata say there beside, or instead of, the rest (2.2, 2.4).',
})
