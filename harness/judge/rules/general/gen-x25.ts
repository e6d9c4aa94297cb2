import type { Rule } from '../../rule.ts'
import { methodRefused } from '../shared/authorization-constraints.ts'
import { isCode } from '../shared/authorization-response.ts'

/** A code_challenge_method that is not supported is answered with invalid_request (RFC 7636 4.4.1). */
export const rule: Rule = {
  id: 'gen-x25',
  on: ['authorization-response'],
  judge: (message, view) => (isCode(message) ? undefined : methodRefused(message, view)),
}
