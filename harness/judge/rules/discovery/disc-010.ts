import type { Rule } from '../../rule.ts'
import { usesUdapEndpoint } from '../shared/udap-endpoint.ts'

/** The endpoints of UDAP metadata, not those of other metadata (guide, Discovery 2.2). */
export const rule: Rule = {
  id: 'disc-010',
  on: ['registration-request', 'authorization-request', 'token-request'],
  judge: usesUdapEndpoint,
}
