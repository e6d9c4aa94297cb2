import type { Rule } from '../../rule.ts'
import { denies, usedCode } from '../shared/token-denial.ts'
import { always } from '../shared/token-request.ts'
/** A code is good once (RFC 6749 4.1.2). */
export const rule: Rule = denies('b2b-x08', [usedCode], always)
