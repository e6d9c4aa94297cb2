import type { Rule } from '../../rule.ts'
import { tokenElsewhere, tokenInHeader } from '../shared/bearer.ts'

/** The access token is in the Authorization header (RFC 6750 2.1). */
export const rule: Rule = {
  id: 'gen-x30',
  on: ['fhir-request'],
  judge(message) {
    if (tokenInHeader(message) !== undefined) return 'met'
    if (!tokenElsewhere(message)) return undefined
    return { expected: 'the access token in the Authorization header', seen: 'it in the query or a form' }
  },
}
