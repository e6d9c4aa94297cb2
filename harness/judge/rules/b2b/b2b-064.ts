import type { Rule } from '../../rule.ts'
import { givesRefreshToken } from '../shared/token-endpoint.ts'
import { isDataHolders } from '../shared/token-request.ts'

/** A refresh token may come with a code (guide 5.3). */
export const rule: Rule = givesRefreshToken('b2b-064', isDataHolders)
