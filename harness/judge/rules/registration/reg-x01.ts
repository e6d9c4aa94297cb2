import type { Rule } from '../../rule.ts'
import { refuses } from '../shared/statement-flaws.ts'

/** The issuer is one that the client's certificate names (UDAP DCR 4.3). */
export const rule: Rule = { id: 'reg-x01', on: ['registration-response'], judge: refuses('issuer') }
