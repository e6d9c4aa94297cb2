import type { Rule } from '../../rule.ts'
import { isRedirect } from '../shared/authorization-response.ts'
import { repeatedParameter } from '../shared/once.ts'

/** No parameter of the authorization response comes more than once (RFC 6749 3.1). */
export const rule: Rule = {
  id: 'gen-x28',
  on: ['authorization-response'],
  judge: (message, view) => (isRedirect(message) ? repeatedParameter(message, view) : undefined),
}
