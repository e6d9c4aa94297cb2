import type { Rule } from '../../rule.ts'
import { denies, signature } from '../shared/token-denial.ts'
import { always } from '../shared/token-request.ts'
/** An assertion whose signature does not verify is denied (UDAP JWT Client Auth 6.1). */
export const rule: Rule = denies('b2b-x01', [signature], always)
