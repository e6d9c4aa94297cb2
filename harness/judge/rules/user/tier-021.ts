import type { Rule } from '../../rule.ts'
import { endedWith, isRefusalOfProvider } from '../shared/ended-with.ts'

/** What an identity provider refuses ends in an error for the client (guide 6.2). */
export const rule: Rule = {
  id: 'tier-021',
  on: ['authorization-response'],
  judges: 'reader',
  judge: endedWith(undefined, 'after an error of the identity provider', isRefusalOfProvider),
}
