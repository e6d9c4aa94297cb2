import type { Rule } from '../../rule.ts'
import { noErrorUnasked } from '../shared/bearer.ts'

/** Without a token there is no error code (RFC 6750 3.1). */
export const rule: Rule = {
  id: 'gen-x34',
  on: ['fhir-response'],
  judge: noErrorUnasked,
}
