import type { Rule } from '../../rule.ts'
import { hasUrl, supports } from '../shared/metadata.ts'

/** Where users are sent, with the authorization code grant (guide, Discovery 2.2). */
export const rule: Rule = {
  id: 'disc-029',
  on: ['metadata'],
  judge: hasUrl('authorization_endpoint', supports('authorization_code')),
}
