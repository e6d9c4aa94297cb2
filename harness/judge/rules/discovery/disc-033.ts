import type { Rule } from '../../rule.ts'
import { hasUrl } from '../shared/metadata.ts'

/** Where clients register (guide, Discovery 2.2). */
export const rule: Rule = {
  id: 'disc-033',
  on: ['metadata'],
  judge: hasUrl('registration_endpoint'),
}
