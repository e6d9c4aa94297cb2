import type { Rule } from '../../rule.ts'
import { givesRefreshToken } from '../shared/token-endpoint.ts'
import { isByPerson } from '../shared/token-request.ts'

/** A refresh token may come with a code (guide 4.3). */
export const rule: Rule = givesRefreshToken('con-034', isByPerson)
