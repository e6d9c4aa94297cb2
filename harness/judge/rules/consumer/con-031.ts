import type { Rule } from '../../rule.ts'
import { answersToken } from '../shared/token-endpoint.ts'
import { isByPerson } from '../shared/token-request.ts'

/** A token request is validated and answered as UDAP has it (guide 4.2.3). */
export const rule: Rule = answersToken('con-031', isByPerson)
