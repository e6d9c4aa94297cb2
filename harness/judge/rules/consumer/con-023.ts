import type { Rule } from '../../rule.ts'
import { tradingCode } from '../shared/token-flow.ts'
import { postedAsForm } from '../shared/token-form.ts'

/** A token request is a form in a POST (guide 4.2.2). */
export const rule: Rule = {
  id: 'con-023',
  on: ['token-request'],
  judge: tradingCode(postedAsForm),
}
