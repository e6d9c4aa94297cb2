import { isSuccess } from '../../history.ts'
import type { Rule } from '../../rule.ts'

/** A client gets its client_id by itself (guide 3). */
export const rule: Rule = {
  id: 'reg-004',
  on: ['registration-response'],
  judges: 'reader',
  judge: ({ status, body }) => (isSuccess(status) && typeof body?.client_id === 'string' ? 'met' : undefined),
}
