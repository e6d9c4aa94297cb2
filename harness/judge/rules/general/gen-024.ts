import type { Rule } from '../../rule.ts'
import { stateSent } from '../shared/authorization-request.ts'

/** state is there. */
export const rule: Rule = {
  id: 'gen-024',
  on: ['authorization-request'],
  judge: stateSent,
}
