import type { Rule } from '../../rule.ts'
import { repeatedRefused } from '../shared/authorization-constraints.ts'

/** A parameter that comes more than once is answered with invalid_request (RFC 6749 4.1.2.1). */
export const rule: Rule = {
  id: 'gen-x27',
  on: ['authorization-response'],
  judge: repeatedRefused,
}
