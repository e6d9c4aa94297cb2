import type { Rule } from '../../rule.ts'
import { chain, denies } from '../shared/token-denial.ts'
import { always } from '../shared/token-request.ts'
/** An assertion whose certificate is not trusted is denied (UDAP JWT Client Auth 6.2). */
export const rule: Rule = denies('b2b-x02', [chain], always)
