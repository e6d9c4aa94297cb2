import type { Rule } from '../../rule.ts'
import { endedWith, isRefusalOfProvider } from '../shared/ended-with.ts'

/** The error after one of an identity provider is access_denied (UDAP Tiered OAuth 4.2). */
export const rule: Rule = {
  id: 'tier-x08',
  on: ['authorization-response'],
  judges: 'reader',
  judge: endedWith('access_denied', 'after an error of the identity provider', isRefusalOfProvider),
}
