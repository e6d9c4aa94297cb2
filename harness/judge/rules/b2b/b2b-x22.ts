import type { Rule } from '../../rule.ts'
import { repeatedParameter } from '../shared/once.ts'

/** Each parameter once (RFC 6749 3.2). */
export const rule: Rule = {
  id: 'b2b-x22',
  on: ['token-request'],
  judge: repeatedParameter,
}
