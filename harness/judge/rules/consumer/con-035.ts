import type { Rule } from '../../rule.ts'
import { refreshed } from '../shared/token-form.ts'

/** A refresh token may be used (guide 4.3). */
export const rule: Rule = {
  id: 'con-035',
  on: ['token-response'],
  judges: 'reader',
  judge: refreshed,
}
