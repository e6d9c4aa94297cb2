import type { Rule } from '../../rule.ts'
import { tokenElsewhere, tokenInHeader } from '../shared/bearer.ts'

/** The access token is shown once (RFC 6750 2). */
export const rule: Rule = {
  id: 'gen-x31',
  on: ['fhir-request'],
  judge(message) {
    if (tokenInHeader(message) === undefined) return tokenElsewhere(message) ? 'met' : undefined
    if (!tokenElsewhere(message)) return 'met'
    return { expected: 'the access token in one place', seen: 'it in the header and in the query or a form' }
  },
}
