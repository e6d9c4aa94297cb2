import type { Rule } from '../../rule.ts'
import { hasList } from '../shared/metadata.ts'

/** With which algorithms clients may sign when they register (guide, Discovery 2.2). */
export const rule: Rule = {
  id: 'disc-034',
  on: ['metadata'],
  judge: hasList('registration_endpoint_jwt_signing_alg_values_supported', 1),
}
