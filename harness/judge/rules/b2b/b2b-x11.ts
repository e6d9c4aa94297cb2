import type { Rule } from '../../rule.ts'
import { errorGiven } from '../shared/token-answer.ts'

/** A denial is an error code in JSON, with status 400 or 401 (RFC 6749 5.2). */
export const rule: Rule = { id: 'b2b-x11', on: ['token-response'], judge: errorGiven }
