import type { Rule } from '../../rule.ts'
import { isWithinSupported } from '../shared/metadata.ts'

/** What must be sent is understood (guide, Discovery 2.2). */
export const rule: Rule = {
  id: 'disc-024',
  on: ['metadata'],
  judge: isWithinSupported('udap_certifications'),
}
