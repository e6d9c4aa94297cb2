import type { Rule } from '../../rule.ts'
import { isToHolder, outcomeOf, scopesOf } from '../../tiered.ts'

/** Without udap in scope idp means nothing, and whatever the data holder does with it is right (guide 6.1). */
export const rule: Rule = {
  id: 'tier-007',
  on: ['authorization-request'],
  judges: 'reader',
  judge(message, { history }) {
    const { body } = message
    if (!isToHolder(message, history) || body?.idp === undefined || scopesOf(body).includes('udap'))
      return undefined
    return outcomeOf(message, history) ? 'met' : undefined
  },
}
