import type { Rule } from '../../rule.ts'
import { extensionsThere, ofToken } from '../shared/community-token.ts'

/** Extension objects beside hl7-b2b that must be there (guide 5.2.1.1). */
export const rule: Rule = ofToken('com-016', extensionsThere)
