import type { Rule } from '../../rule.ts'
import { isExactly } from '../shared/metadata.ts'

/** Clients authenticate by their key alone (guide, Discovery 2.2). */
export const rule: Rule = {
  id: 'disc-031',
  on: ['metadata'],
  judge: isExactly('token_endpoint_auth_methods_supported', 'private_key_jwt'),
}
