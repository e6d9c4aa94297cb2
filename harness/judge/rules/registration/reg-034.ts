import type { Rule } from '../../rule.ts'
import { refuses } from '../shared/statement-flaws.ts'

/** The chain of the client's certificate is validated, to an anchor of the server's own (UDAP DCR 4.2). */
export const rule: Rule = { id: 'reg-034', on: ['registration-response'], judge: refuses('trust') }
