import type { Rule } from '../../rule.ts'
import { allOf } from '../shared/all-of.ts'
import { hasUrl, supports } from '../shared/metadata.ts'

/** Metadata says where to go (guide, Discovery 2.1). */
export const rule: Rule = {
  id: 'disc-003',
  on: ['metadata'],
  judge: allOf(
    hasUrl('token_endpoint'),
    hasUrl('registration_endpoint'),
    hasUrl('authorization_endpoint', supports('authorization_code')),
  ),
}
