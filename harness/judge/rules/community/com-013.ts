import type { Rule } from '../../rule.ts'
import { ofToken, subjectId } from '../shared/community-token.ts'

/** The naming system of subject_id (guide 5.2.1.2). */
export const rule: Rule = ofToken('com-013', subjectId)
