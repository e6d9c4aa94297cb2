import type { Rule } from '../../rule.ts'
import { hasList } from '../shared/metadata.ts'

/** The profiles of registration and of client authentication, at least (guide, Discovery 2.2). */
export const rule: Rule = {
  id: 'disc-012',
  on: ['metadata'],
  judge: hasList('udap_profiles_supported', 2),
}
