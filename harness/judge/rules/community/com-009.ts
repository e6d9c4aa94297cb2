import type { Rule } from '../../rule.ts'
import { ofToken, purposeCodes } from '../shared/community-token.ts'

/** Codes of purpose_of_use (guide 5.2.1.2). */
export const rule: Rule = ofToken('com-009', purposeCodes)
