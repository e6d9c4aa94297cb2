import type { Rule } from '../../rule.ts'
import { contains } from '../shared/metadata.ts'

/** Client authentication (guide, Discovery 2.2). */
export const rule: Rule = {
  id: 'disc-014',
  on: ['metadata'],
  judge: contains('udap_profiles_supported', 'udap_authn'),
}
