import type { Rule } from '../../rule.ts'
import { hasList } from '../shared/metadata.ts'

/** Which extension objects may be sent; none is an answer, too (guide, Discovery 2.2). */
export const rule: Rule = {
  id: 'disc-017',
  on: ['metadata'],
  judge: hasList('udap_authorization_extensions_supported'),
}
