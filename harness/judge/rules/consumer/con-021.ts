import type { Rule } from '../../rule.ts'
import { compactAndSigned } from '../shared/client-assertion.ts'
import { ofCode } from '../shared/token-flow.ts'

/** The client assertion is a JWS in compact serialization (guide 4.2.1). */
export const rule: Rule = {
  id: 'con-021',
  on: ['client-assertion'],
  judge: ofCode(compactAndSigned),
}
