import type { Rule } from '../../rule.ts'
import { isFromProvider } from '../../tiered.ts'
import { allOf } from '../shared/all-of.ts'
import { assured, issuedFor, jwtOfProvider } from '../shared/id-token.ts'

const judge = allOf(jwtOfProvider, issuedFor, assured)

/** The ID token of an identity provider (guide 6.2, 7.1; UDAP Tiered OAuth 4.3). */
export const rule: Rule = {
  id: 'tier-024',
  on: ['id-token'],
  judge(message, view) {
    return isFromProvider(message, view.history) ? judge(message, view) : undefined
  },
}
