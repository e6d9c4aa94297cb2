import type { Rule } from '../../rule.ts'
import { denies, expired } from '../shared/token-denial.ts'
import { always } from '../shared/token-request.ts'
/** An expired assertion is denied (UDAP JWT Client Auth 6.3). */
export const rule: Rule = denies('b2b-x06', [expired], always)
