import type { Rule } from '../../rule.ts'
import { signedWithOwnKey } from '../shared/client-assertion.ts'
import { ofCode } from '../shared/token-flow.ts'

/** The client assertion is signed by the client (guide 4.2.1). */
export const rule: Rule = {
  id: 'con-011',
  on: ['client-assertion'],
  judge: ofCode(signedWithOwnKey),
}
