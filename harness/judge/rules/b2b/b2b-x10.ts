import type { Rule } from '../../rule.ts'
import { tokenGiven } from '../shared/token-answer.ts'

/** A token comes with 200 and in JSON, with its type (RFC 6749 5.1). */
export const rule: Rule = { id: 'b2b-x10', on: ['token-response'], judge: tokenGiven }
