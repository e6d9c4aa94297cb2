import type { Rule } from '../../rule.ts'
import { compactAndSigned } from '../shared/client-assertion.ts'
import { ofAnyFlow } from '../shared/token-flow.ts'

/** The client assertion is a JWS in compact serialization (guide 5.2.1). */
export const rule: Rule = {
  id: 'b2b-024',
  on: ['client-assertion'],
  judge: ofAnyFlow(compactAndSigned),
}
