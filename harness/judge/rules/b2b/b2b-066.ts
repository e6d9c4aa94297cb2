import type { Rule } from '../../rule.ts'
import { refreshed } from '../shared/token-form.ts'

/** A refresh token may be used (guide 5.3). */
export const rule: Rule = {
  id: 'b2b-066',
  on: ['token-response'],
  judges: 'reader',
  judge: refreshed,
}
