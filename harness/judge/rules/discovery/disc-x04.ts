import type { Rule } from '../../rule.ts'
import { usesUdapEndpoint } from '../shared/udap-endpoint.ts'

/** UDAP metadata is preferred over what the same server says elsewhere (UDAP Server Metadata, before 1). */
export const rule: Rule = {
  id: 'disc-x04',
  on: ['registration-request', 'authorization-request', 'token-request'],
  judge: usesUdapEndpoint,
}
