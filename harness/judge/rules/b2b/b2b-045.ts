import type { Rule } from '../../rule.ts'
import { tradingCode } from '../shared/token-flow.ts'
import { postedAsForm } from '../shared/token-form.ts'

/** A token request is a form in a POST (guide 5.2.2.1). */
export const rule: Rule = {
  id: 'b2b-045',
  on: ['token-request'],
  judge: tradingCode(postedAsForm),
}
