import type { Rule } from '../../rule.ts'
import { ignoresClaims } from '../shared/token-endpoint.ts'
import { isDataHolders } from '../shared/token-request.ts'

/** Claims that nobody knows may be ignored (guide 5.2.1). */
export const rule: Rule = ignoresClaims('b2b-023', isDataHolders)
