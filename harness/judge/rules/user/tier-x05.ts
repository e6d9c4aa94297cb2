import type { Rule } from '../../rule.ts'
import { noOpenRedirect } from '../shared/authorization-response.ts'

/** Nobody is sent to an address that is not known to be the client's. */
export const rule: Rule = {
  id: 'tier-x05',
  on: ['authorization-response'],
  judge: noOpenRedirect,
}
