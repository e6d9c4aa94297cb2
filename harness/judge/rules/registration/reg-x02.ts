import type { Rule } from '../../rule.ts'
import { refuses } from '../shared/statement-flaws.ts'

/** The subject is the issuer (UDAP DCR 4.3). */
export const rule: Rule = { id: 'reg-x02', on: ['registration-response'], judge: refuses('subject') }
