import type { Rule } from '../../rule.ts'
import { isWithinSupported } from '../shared/metadata.ts'

/** What must be sent can be sent (guide, Discovery 2.2). */
export const rule: Rule = {
  id: 'disc-020',
  on: ['metadata'],
  judge: isWithinSupported('udap_authorization_extensions'),
}
