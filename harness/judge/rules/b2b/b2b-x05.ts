import type { Rule } from '../../rule.ts'
import { audience, denies } from '../shared/token-denial.ts'
import { always } from '../shared/token-request.ts'
/** An assertion is for this token endpoint (UDAP JWT Client Auth 6.3). */
export const rule: Rule = denies('b2b-x05', [audience], always)
