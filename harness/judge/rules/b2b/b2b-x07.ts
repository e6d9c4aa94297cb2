import type { Rule } from '../../rule.ts'
import { denies, grant } from '../shared/token-denial.ts'
import { always } from '../shared/token-request.ts'
/** What the grant asks for is there and right (UDAP JWT Client Auth 6.4). */
export const rule: Rule = denies('b2b-x07', [grant], always)
