import type { Rule } from '../../rule.ts'
import { onlyWithCode } from '../shared/grants.ts'

/** Who asks for no authorization gets no response to it (guide 3.1). */
export const rule: Rule = {
  id: 'reg-026',
  on: ['software-statement'],
  judge: ({ body }) => body && onlyWithCode(body, 'response_types'),
}
