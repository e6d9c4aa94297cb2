import type { Rule } from '../../rule.ts'
import { client, denies } from '../shared/token-denial.ts'
import { always } from '../shared/token-request.ts'
/** An assertion is for a registered client, and its certificate is one of that client (UDAP JWT Client Auth 6.3). */
export const rule: Rule = denies('b2b-x03', [client], always)
