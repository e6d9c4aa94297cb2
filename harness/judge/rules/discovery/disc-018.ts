import type { Rule } from '../../rule.ts'
import { contains, supports } from '../shared/metadata.ts'

/** Client credentials come with hl7-b2b (guide, Discovery 2.2, B2B 5.2.1.1). */
export const rule: Rule = {
  id: 'disc-018',
  on: ['metadata'],
  judge: contains('udap_authorization_extensions_supported', 'hl7-b2b', supports('client_credentials')),
}
