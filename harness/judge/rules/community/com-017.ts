import type { Rule } from '../../rule.ts'
import { extensionsFit, ofToken } from '../shared/community-token.ts'

/** What is in extension objects beside hl7-b2b (guide 5.2.1.1). */
export const rule: Rule = ofToken('com-017', extensionsFit)
