import type { Rule } from '../../rule.ts'
import { fresh } from '../shared/fresh.ts'

/** Each authorization request has a code_verifier of its own (RFC 7636 4.1). */
export const rule: Rule = {
  id: 'gen-x23',
  on: ['authorization-request'],
  judge: fresh('code_challenge'),
}
