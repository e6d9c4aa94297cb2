import type { Rule } from '../../rule.ts'
import { repeatedParameter } from '../shared/once.ts'

/** No parameter of the authorization request comes more than once (RFC 6749 3.1). */
export const rule: Rule = {
  id: 'gen-x26',
  on: ['authorization-request'],
  judge: repeatedParameter,
}
