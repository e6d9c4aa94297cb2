import type { Rule } from '../../rule.ts'
import { consentPolicy, ofToken } from '../shared/community-token.ts'

/** Consent policies (guide 5.2.1.1). */
export const rule: Rule = ofToken('com-015', consentPolicy)
