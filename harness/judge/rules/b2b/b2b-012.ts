import type { Rule } from '../../rule.ts'
import { signedWithOwnKey } from '../shared/client-assertion.ts'
import { ofAnyFlow } from '../shared/token-flow.ts'

/** The client assertion is signed by the client (guide 5.2.1). */
export const rule: Rule = {
  id: 'b2b-012',
  on: ['client-assertion'],
  judge: ofAnyFlow(signedWithOwnKey),
}
