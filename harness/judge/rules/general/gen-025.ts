import type { Rule } from '../../rule.ts'
import { stateRequired } from '../shared/authorization-constraints.ts'

/** A request without state is answered with invalid_request. */
export const rule: Rule = {
  id: 'gen-025',
  on: ['authorization-response'],
  judge: stateRequired,
}
