import type { Rule } from '../../rule.ts'
import { subjectIsClient } from '../shared/client-assertion.ts'
import { ofCode } from '../shared/token-flow.ts'

/** sub of the client assertion (guide 4.2.1). */
export const rule: Rule = {
  id: 'con-014',
  on: ['client-assertion'],
  judge: ofCode(subjectIsClient),
}
