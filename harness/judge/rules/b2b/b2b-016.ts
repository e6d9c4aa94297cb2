import type { Rule } from '../../rule.ts'
import { audienceIsTokenEndpoint } from '../shared/client-assertion.ts'
import { ofAnyFlow } from '../shared/token-flow.ts'

/** aud of the client assertion (guide 5.2.1). */
export const rule: Rule = {
  id: 'b2b-016',
  on: ['client-assertion'],
  judge: ofAnyFlow(audienceIsTokenEndpoint),
}
