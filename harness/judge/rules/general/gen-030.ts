import type { Rule } from '../../rule.ts'
import { challengeRequired } from '../shared/authorization-constraints.ts'

/** A request without code_challenge is answered with invalid_request (RFC 7636 4.4.1). */
export const rule: Rule = {
  id: 'gen-030',
  on: ['authorization-response'],
  judge: challengeRequired,
}
