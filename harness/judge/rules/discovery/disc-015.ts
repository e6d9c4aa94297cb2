import type { Rule } from '../../rule.ts'
import { contains, supports } from '../shared/metadata.ts'

/** Client authorization grants, with client credentials (guide, Discovery 2.2). */
export const rule: Rule = {
  id: 'disc-015',
  on: ['metadata'],
  judge: contains('udap_profiles_supported', 'udap_authz', supports('client_credentials')),
}
