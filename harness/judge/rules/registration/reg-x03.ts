import type { Rule } from '../../rule.ts'
import { refuses } from '../shared/statement-flaws.ts'

/** A software statement for another server is refused (UDAP DCR 4.3). */
export const rule: Rule = { id: 'reg-x03', on: ['registration-response'], judge: refuses('audience') }
