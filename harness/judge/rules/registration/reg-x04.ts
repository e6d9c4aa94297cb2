import type { Rule } from '../../rule.ts'
import { refuses } from '../shared/statement-flaws.ts'

/** An expired software statement is refused (UDAP DCR 4.3). */
export const rule: Rule = { id: 'reg-x04', on: ['registration-response'], judge: refuses('expiry') }
