import type { Rule } from '../../rule.ts'
import { scopeSent } from '../shared/authorization-request.ts'

/** scope is there. */
export const rule: Rule = {
  id: 'gen-022',
  on: ['authorization-request'],
  judge: scopeSent,
}
