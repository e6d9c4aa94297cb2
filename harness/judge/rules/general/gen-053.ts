import type { Rule } from '../../rule.ts'
import { codeResponse, isForCode, onlyWithCode } from '../shared/grants.ts'

/** Neither the implicit nor a hybrid flow is certified (guide 7.4.1). */
export const rule: Rule = {
  id: 'gen-053',
  on: ['certification'],
  judge: ({ body }) => body && (isForCode(body) ? codeResponse(body) : onlyWithCode(body, 'response_types')),
}
