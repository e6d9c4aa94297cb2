import type { Rule } from '../../rule.ts'
import { ofToken, purposeOfClient } from '../shared/community-token.ts'

/** The purpose of the token is that of the certificate. */
export const rule: Rule = ofToken('com-011', purposeOfClient)
