import type { Rule } from '../../rule.ts'
import { audienceIsTokenEndpoint } from '../shared/client-assertion.ts'
import { ofCode } from '../shared/token-flow.ts'

/** aud of the client assertion (guide 4.2.1). */
export const rule: Rule = {
  id: 'con-015',
  on: ['client-assertion'],
  judge: ofCode(audienceIsTokenEndpoint),
}
