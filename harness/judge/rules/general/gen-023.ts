import type { Rule } from '../../rule.ts'
import { challengeSent } from '../shared/authorization-request.ts'

/** code_challenge is there, and code_challenge_method=S256. */
export const rule: Rule = {
  id: 'gen-023',
  on: ['authorization-request'],
  judge: challengeSent,
}
