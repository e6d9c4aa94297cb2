import type { Rule } from '../../rule.ts'
import { ofToken, purposesCount } from '../shared/community-token.ts'

/** How many codes purpose_of_use has. */
export const rule: Rule = ofToken('com-010', purposesCount)
