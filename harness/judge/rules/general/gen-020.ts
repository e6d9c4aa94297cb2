import type { Rule } from '../../rule.ts'
import { allOf } from '../shared/all-of.ts'
import { clientIdGiven, responseTypeCode } from '../shared/authorization-request.ts'

/** response_type=code, and the client_id that the server gave. */
export const rule: Rule = {
  id: 'gen-020',
  on: ['authorization-request'],
  judge: allOf(responseTypeCode, clientIdGiven),
}
