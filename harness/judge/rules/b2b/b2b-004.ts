import type { Rule } from '../../rule.ts'
import { ofApps, wholeRequest } from '../shared/authorization-request.ts'

/** The authorization request as RFC 6749 4.1.1 has it, with the parameters of 7.2. */
export const rule: Rule = {
  id: 'b2b-004',
  on: ['authorization-request'],
  judge: ofApps(wholeRequest),
}
