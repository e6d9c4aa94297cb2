import type { Rule } from '../../rule.ts'
import { ofToken, subjectRole } from '../shared/community-token.ts'

/** Codes of subject_role (guide 5.2.1.2). */
export const rule: Rule = ofToken('com-012', subjectRole)
