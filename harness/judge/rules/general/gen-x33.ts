import type { Rule } from '../../rule.ts'
import { errorFits } from '../shared/bearer.ts'

/** A token that is not good is refused with a code that fits (RFC 6750 3.1). */
export const rule: Rule = {
  id: 'gen-x33',
  on: ['fhir-response'],
  judge: errorFits,
}
