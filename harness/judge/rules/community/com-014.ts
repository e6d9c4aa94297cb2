import type { Rule } from '../../rule.ts'
import { ofToken, organizationId } from '../shared/community-token.ts'

/** URIs of organizations (guide 5.2.1.1). */
export const rule: Rule = ofToken('com-014', organizationId)
