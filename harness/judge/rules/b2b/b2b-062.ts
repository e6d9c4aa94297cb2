import type { Rule } from '../../rule.ts'
import { livesShortly } from '../shared/token-endpoint.ts'
import { isDataHolders } from '../shared/token-request.ts'

/** An access token lives at most an hour (guide 5.2.3). */
export const rule: Rule = livesShortly('b2b-062', isDataHolders)
