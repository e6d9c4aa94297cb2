import type { Rule } from '../../rule.ts'
import { hasList } from '../shared/metadata.ts'

/** With which algorithms clients may sign at the token endpoint (guide, Discovery 2.2). */
export const rule: Rule = {
  id: 'disc-032',
  on: ['metadata'],
  judge: hasList('token_endpoint_auth_signing_alg_values_supported', 1),
}
