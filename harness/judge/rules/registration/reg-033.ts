import type { Rule } from '../../rule.ts'
import { refuses } from '../shared/statement-flaws.ts'

/** Signature and claims of a software statement are validated (UDAP DCR 4.1, 4.3). */
export const rule: Rule = {
  id: 'reg-033',
  on: ['registration-response'],
  judge: refuses('format', 'signature', 'claims', 'issuer', 'subject', 'audience', 'expiry'),
}
