import type { Rule } from '../../rule.ts'
import { refusesWith } from '../shared/statement-errors.ts'

/** A statement whose signature does not verify is called invalid (UDAP DCR 5.2). */
export const rule: Rule = {
  id: 'reg-x09',
  on: ['registration-response'],
  judge: refusesWith('invalid_software_statement', 'signature'),
}
