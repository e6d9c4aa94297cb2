import type { Rule } from '../../rule.ts'
import { codeResponse } from '../shared/grants.ts'

/** Neither the implicit nor a hybrid flow (guide 3.1). */
export const rule: Rule = {
  id: 'reg-025',
  on: ['software-statement'],
  judge: ({ body }) => body && codeResponse(body),
}
