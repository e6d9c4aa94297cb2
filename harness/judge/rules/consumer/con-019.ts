import type { Rule } from '../../rule.ts'
import { lifetimeShort } from '../shared/client-assertion.ts'
import { ofCode } from '../shared/token-flow.ts'

/** The lifetime of the client assertion (guide 4.2.1). */
export const rule: Rule = {
  id: 'con-019',
  on: ['client-assertion'],
  judge: ofCode(lifetimeShort),
}
