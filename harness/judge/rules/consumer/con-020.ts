import type { Rule } from '../../rule.ts'
import { ignoresClaims } from '../shared/token-endpoint.ts'
import { isByPerson } from '../shared/token-request.ts'

/** Claims that nobody knows may be ignored (guide 4.2.1). */
export const rule: Rule = ignoresClaims('con-020', isByPerson)
