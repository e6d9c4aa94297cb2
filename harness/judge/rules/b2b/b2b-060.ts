import type { Rule } from '../../rule.ts'
import { answersToken } from '../shared/token-endpoint.ts'
import { isDataHolders } from '../shared/token-request.ts'

/** A token request is validated and answered as UDAP has it (guide 5.2.3). */
export const rule: Rule = answersToken('b2b-060', isDataHolders)
