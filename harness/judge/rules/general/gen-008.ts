import type { Rule } from '../../rule.ts'
import { verifies } from '../shared/server-algorithms.ts'

/** A server supports ES256 (guide 7.1.2). */
export const rule: Rule = verifies('gen-008', 'ES256')
