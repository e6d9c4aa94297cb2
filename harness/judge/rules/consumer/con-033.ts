import type { Rule } from '../../rule.ts'
import { livesShortly } from '../shared/token-endpoint.ts'
import { isByPerson } from '../shared/token-request.ts'

/** An access token lives at most an hour (guide 4.2.3). */
export const rule: Rule = livesShortly('con-033', isByPerson)
