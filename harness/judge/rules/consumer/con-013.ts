import type { Rule } from '../../rule.ts'
import { issuerIsClient } from '../shared/client-assertion.ts'
import { ofCode } from '../shared/token-flow.ts'

/** iss of the client assertion (guide 4.2.1). */
export const rule: Rule = {
  id: 'con-013',
  on: ['client-assertion'],
  judge: ofCode(issuerIsClient),
}
