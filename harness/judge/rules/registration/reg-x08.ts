import type { Rule } from '../../rule.ts'
import { refusesWith } from '../shared/statement-errors.ts'

/** A client that is not trusted is told so (UDAP DCR 5.2). */
export const rule: Rule = {
  id: 'reg-x08',
  on: ['registration-response'],
  judge: refusesWith('unapproved_software_statement', 'trust'),
}
