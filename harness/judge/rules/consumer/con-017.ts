import type { Rule } from '../../rule.ts'
import { iatTrue } from '../shared/client-assertion.ts'
import { ofCode } from '../shared/token-flow.ts'

/** iat of the client assertion (guide 4.2.1). */
export const rule: Rule = {
  id: 'con-017',
  on: ['client-assertion'],
  judge: ofCode(iatTrue),
}
