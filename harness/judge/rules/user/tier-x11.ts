import type { Rule } from '../../rule.ts'
import { isFromProvider } from '../../tiered.ts'
import { assured } from '../shared/id-token.ts'

/** How sure the identity provider is of the person: acr and amr (UDAP Tiered OAuth 4.3). */
export const rule: Rule = {
  id: 'tier-x11',
  on: ['id-token'],
  judge(message, view) {
    return isFromProvider(message, view.history) ? assured(message, view) : undefined
  },
}
