import type { Rule } from '../../rule.ts'
import { notStored } from '../shared/token-answer.ts'

/** An answer with a token says that nobody stores it (RFC 6749 5.1). */
export const rule: Rule = { id: 'b2b-x09', on: ['token-response'], judge: notStored }
